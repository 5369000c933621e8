// The draft of the form for corrections, as far as it concerns single rows: what differs from what was received, in how
// many rows, and what correcting.js does not send. For correct_rows.js.
(() => {
  const grid = document.querySelector("[data-grid]");
  const form = document.querySelector("form[data-draft]");
  if (!form) return;

  const FIELDS = '[name^="cell."], [name^="whole."]';
  const MOST_ROWS = 1000;

  // ------------------------------------------------------------ fields and their draft
  const key = `corrections.${form.dataset.draft}`;
  const draft = () => {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? {};
    } catch {
      return {};
    }
  };
  const forget = (name) => {
    const { [name]: gone, ...rest } = draft();
    if (gone === undefined) return;
    try {
      if (Object.keys(rest).length) localStorage.setItem(key, JSON.stringify(rest));
      else localStorage.removeItem(key);
    } catch {
      // Without storage there is no draft.
    }
  };

  const received = (field) => field.dataset.received ?? field.defaultValue;
  const isChanged = (field) => (field.type === "checkbox" ? field.checked : field.value !== received(field));
  const numberIn = (name) => /^(?:cell|whole)\.(\d+)(?:\.|$)/.exec(name)?.[1];

  // ------------------------------------------------------------ the counter
  const bar = form.querySelector(".send-bar");
  const counter = Object.assign(document.createElement("p"), { className: "rows-changed" });
  counter.setAttribute("role", "status");
  bar?.prepend(counter);

  const changedRows = () => {
    const here = grid ? [...grid.querySelectorAll(FIELDS)] : [];
    const names = new Set(here.map((field) => field.name));
    const elsewhere = Object.entries(draft()).filter(([name, value]) => !names.has(name) && (value || name.startsWith("cell.")));
    const changed = [...elsewhere.map(([name]) => name), ...here.filter(isChanged).map((field) => field.name)];
    return new Set(changed.map(numberIn).filter(Boolean));
  };

  const count = () => {
    const { size } = changedRows();
    const words = size === 1 ? "1 row changed" : `${size.toLocaleString("en")} rows changed`;
    const text = size > MOST_ROWS ? `${words}. At most ${MOST_ROWS.toLocaleString("en")} can be sent at once: take some back, or correct them by cause.` : words;
    if (counter.textContent !== (size ? text : "")) counter.textContent = size ? text : "";
    counter.classList.toggle("wrong", size > MOST_ROWS);
  };

  // Cells of other pages that were emptied go along, too; correcting.js sends those with a text.
  form.addEventListener("submit", () => {
    form.querySelectorAll("[data-emptied]").forEach((field) => field.remove());
    for (const [name, value] of Object.entries(draft())) {
      if (value !== "" || !name.startsWith("cell.") || form.elements.namedItem(name)) continue;
      const field = Object.assign(document.createElement("input"), { type: "hidden", name, value: "" });
      field.dataset.emptied = "";
      form.append(field);
    }
  });

  addEventListener("pageshow", count);
  count();
  window.rowDraft = { count, draft, forget, isChanged, received };
})();
