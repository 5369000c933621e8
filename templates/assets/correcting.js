// The form for corrections: what is changed in it is kept in this browser until it is sent, on all its pages.
(() => {
})();
