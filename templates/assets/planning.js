// The form of a plan: its button says how many rows are left out, while they are ticked.
(() => {
  const say = (form) => {
    const status = form.querySelector("[data-left-out]");
    const button = form.querySelector("button.main");
    if (!status || !button) {
      return;
    }
    const ticked = form.querySelectorAll('input[type="checkbox"][name="omit"]:checked').length;
    const count = Number(status.dataset.leftOut) + ticked;
    button.textContent = count ? `Apply all but ${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}` : "Apply exactly this";
  };
  const all = () => document.querySelectorAll("form[data-plan]").forEach(say);

  document.addEventListener("change", ({ target }) => target.name === "omit" && say(target.form));
  addEventListener("pageshow", all);
})();
