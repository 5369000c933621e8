// What every page does in the browser: times in the reader's own zone, and the keyboard at the list whose page was turned.
// Everything else is htmx, or plain links and forms.
(() => {
  const spoken = new Intl.DateTimeFormat("en-GB", {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });

  const localise = () => {
    for (const time of document.querySelectorAll("time[datetime]")) {
      const moment = new Date(time.dateTime);
      if (time.dataset.said !== time.dateTime && !Number.isNaN(moment.valueOf())) {
        time.title = time.textContent;
        time.textContent = spoken.format(moment);
        time.dataset.said = time.dateTime;
      }
    }
  };

  // htmx scrolls to the anchor of what it fetched; but the link that was followed is gone, and the focus with it.
  const goOnInList = ({ detail: { ctx } }) => {
    if (ctx.request.anchor) {
      document.getElementById(ctx.target.id)?.focus({ preventScroll: true });
    }
  };

  localise();
  document.addEventListener("htmx:after:swap", localise);
  document.addEventListener("htmx:after:swap", goOnInList);
})();
