// Runs on every page: shows times in the reader's own time zone, and keeps the keyboard focus on a list whose page changes.
// Everything else is htmx, or plain links and forms.
(() => {
  const formatter = new Intl.DateTimeFormat("en-GB", {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });

  const localise = () => {
    for (const time of document.querySelectorAll("time[datetime]")) {
      const moment = new Date(time.dateTime);
      if (time.dataset.localised !== time.dateTime && !Number.isNaN(moment.valueOf())) {
        time.title = time.textContent;
        time.textContent = formatter.format(moment);
        time.dataset.localised = time.dateTime;
      }
    }
  };

  // htmx scrolls to the anchor of the new content, but the link with the focus is gone, so the list gets the focus.
  const focusList = ({ detail: { ctx } }) => {
    if (ctx.request.anchor) {
      document.getElementById(ctx.target.id)?.focus({ preventScroll: true });
    }
  };

  localise();
  document.addEventListener("htmx:after:swap", localise);
  document.addEventListener("htmx:after:swap", focusList);
})();
