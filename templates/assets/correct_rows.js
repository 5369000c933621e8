// The grid of rejected rows: keys as in a spreadsheet, and each row is checked by the server while it is corrected.
// What is changed is kept by correcting.js in the draft of the upload; here it is shown in fields that are loaded later.
(() => {
  const grid = document.querySelector("[data-grid]");
  const form = document.querySelector("form[data-draft]");
  if (!grid || !form) return;

  const CELLS = '[name^="cell."]';
  const FIELDS = `${CELLS}, [name^="whole."]`;
  const PAUSE = 500, AT_ONCE = 3;

  const { count, draft, forget, isChanged, received } = window.rowDraft;
  const rowOf = (field) => field.closest("[data-row]");
  const fieldsOf = (row) => [...row.querySelectorAll(FIELDS)];
  const columnOf = (field) => field.closest("[data-column]")?.dataset.column;

  const write = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // ------------------------------------------------------------ what is wrong with a cell
  const asReceived = new WeakMap();
  const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const suggestion = (text) => {
    const button = element("button", { type: "button", className: "quiet fill" }, "Write ");
    button.append(element("span", { className: "cell good", dir: "auto" }, text));
    button.dataset.fill = text;
    return button;
  };
  const withButtons = (faults) => {
    for (const each of faults.querySelectorAll("p[data-fill]")) each.replaceWith(suggestion(each.dataset.fill));
  };

  const mark = (cell, faults) => {
    const field = cell.querySelector(CELLS);
    if (!field) return;
    const isWrong = faults.childElementCount > 0;
    cell.classList.toggle("bad", isWrong);
    cell.classList.toggle("good", !isWrong && isChanged(field));
    if (isWrong) {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", faults.id);
    } else {
      field.removeAttribute("aria-invalid");
    }
  };

  const showFaults = (cell, faults) => {
    const list = cell.querySelector(".faults");
    list.replaceChildren(
      ...faults.flatMap(({ message, suggestion: text }) => [
        element("p", { className: "wrong" }, message),
        ...(text === null ? [] : [suggestion(text)]),
      ]),
    );
    mark(cell, list);
  };

  const showAsReceived = (row) => {
    for (const cell of row.querySelectorAll("[data-column]")) {
      const list = cell.querySelector(".faults");
      list.replaceChildren(...[...(asReceived.get(cell) ?? [])].map((node) => node.cloneNode(true)));
      mark(cell, list);
    }
    tell(row, "");
    row.classList.remove("good");
  };

  const tell = (row, ...sentences) => {
    row.querySelector(".row-notes").replaceChildren(
      ...sentences.filter(Boolean).map((text) => element("p", { className: "help" }, text)),
    );
  };

  const show = (row, { is_good: isGood, faults, notes }) => {
    for (const cell of row.querySelectorAll("[data-column]")) showFaults(cell, faults[cell.dataset.column] ?? []);
    row.classList.toggle("good", isGood);
    const wrong = Object.keys(faults).length;
    const result = isGood ? `Row ${row.dataset.row} is good.` : wrong ? `Row ${row.dataset.row}: ${wrong === 1 ? "1 cell is" : `${wrong} cells are`} still wrong.` : "";
    tell(row, result, ...notes);
  };

  // ------------------------------------------------------------ checking rows, one request at a time for each
  const timers = new WeakMap();
  const due = new Set();
  const underWay = new Set();

  const ofRow = (row) => {
    const fields = new URLSearchParams();
    const start = new RegExp(`^(?:cell|whole)\\.${row.dataset.row}(?:\\.|$)`);
    for (const [name, value] of Object.entries(draft())) {
      if (start.test(name) && (value || name.startsWith("cell."))) fields.set(name, value);
    }
    for (const field of fieldsOf(row)) {
      if (isChanged(field)) fields.set(field.name, field.value);
      else fields.delete(field.name);
    }
    return fields;
  };

  const ask = async (row) => {
    const fields = ofRow(row);
    if (![...fields].length) {
      showAsReceived(row);
      return;
    }
    const answer = await fetch(`rows/${row.dataset.row}/check`, {
      method: "POST",
      headers: { "X-Form-Token": form.elements.namedItem("form_token").value, Accept: "application/json" },
      body: fields,
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      tell(row, "You are not signed in any more. What you wrote is kept in this browser: sign in again, and go on.");
    } else if (answer.status === 404) {
      tell(row, "This row has been corrected meanwhile. Reload the page to see what is left.");
    } else if (!answer.ok) {
      throw new Error(answer.status);
    } else if (!due.has(row)) {
      show(row, await answer.json());
    }
  };

  const next = () => {
    const row = [...due].find((each) => !underWay.has(each));
    if (!row || underWay.size >= AT_ONCE) return;
    due.delete(row);
    underWay.add(row);
    ask(row)
      .catch(() => tell(row, "This could not be checked just now. What you wrote is kept, and checked when you preview."))
      .finally(() => {
        underWay.delete(row);
        next();
      });
    next();
  };

  const check = (row, pause = PAUSE) => {
    clearTimeout(timers.get(row));
    timers.set(row, setTimeout(() => {
      due.add(row);
      next();
    }, pause));
  };

  // ------------------------------------------------------------ keys
  const fillable = () => [...grid.querySelectorAll(CELLS)].filter((field) => field.checkVisibility?.() ?? true);
  const ofColumn = (column) => fillable().filter((field) => columnOf(field) === column && asReceived.get(field.closest("[data-column]"))?.length);

  const neighbour = (field, step) => {
    const column = ofColumn(columnOf(field));
    const all = column.includes(field) && column.indexOf(field) + step in column ? column : fillable();
    return all[all.indexOf(field) + step];
  };

  const go = (field, step) => {
    const target = neighbour(field, step);
    target?.focus();
    if (target?.select) target.select();
  };

  const below = (field) => {
    const column = ofColumn(columnOf(field));
    return column.slice(column.indexOf(field) + 1);
  };

  let filled = []; // what the last filling replaced, until something else is written
  let isFilling = false;
  const fill = (pairs) => {
    filled = pairs.map(([field]) => [field, field.value]);
    isFilling = true;
    for (const [field, value] of pairs) write(field, value);
    isFilling = false;
  };
  const unfill = () => {
    const before = filled;
    fill(before);
    filled = [];
  };

  const KEYS = {
    Enter: (event, field) => go(field, event.shiftKey ? -1 : 1),
    ArrowDown: (event, field) => go(field, 1),
    ArrowUp: (event, field) => go(field, -1),
    Escape: (event, field) => (filled.length ? unfill() : write(field, received(field))),
    d: (event, field) => {
      fill(below(field).map((each) => [each, field.value]));
      tell(rowOf(field), filled.length ? `Written into ${filled.length} ${filled.length === 1 ? "row" : "rows"} below. Escape takes it back.` : "No row below has a wrong cell here.");
    },
  };

  const isForGrid = ({ key: pressed, ctrlKey, metaKey, altKey, shiftKey }, field) => {
    if (pressed === "d") return (ctrlKey || metaKey) && !altKey && !shiftKey;
    if (ctrlKey || metaKey || altKey) return false;
    if (pressed === "Escape") return true;
    if (field.tagName === "TEXTAREA") return false; // there these keys are for its text
    return pressed === "Enter" || (!shiftKey && !field.list); // and there for its list
  };

  grid.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.isComposing || !field.matches(FIELDS)) return;
    if (field.type === "checkbox") {
      if (event.key === "Enter") event.preventDefault();
    } else if (event.key in KEYS && isForGrid(event, field)) {
      event.preventDefault();
      KEYS[event.key](event, field);
    }
  });

  // The first column of what was copied in a spreadsheet: cells with line breaks or quotes are in quotes there.
  const columnIn = (text) => {
    const lines = [[]];
    for (const [, cell, end] of text.replace(/\r\n?/g, "\n").replace(/\n$/, "").matchAll(/("(?:[^"]|"")*"|[^\t\n]*)(\t|\n|$)/g)) {
      lines.at(-1).push(cell.startsWith('"') && cell.endsWith('"') && cell.length > 1 ? cell.slice(1, -1).replaceAll('""', '"') : cell);
      if (end === "\n") lines.push([]);
      else if (end === "") break;
    }
    return lines.map(([first]) => first ?? "");
  };

  grid.addEventListener("paste", (event) => {
    const field = event.target;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!field.matches(`input${CELLS}`) || !/[\r\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    const values = columnIn(text);
    const targets = [field, ...below(field)];
    fill(targets.slice(0, values.length).map((target, at) => [target, values[at]]));
    const more = values.length - filled.length;
    tell(rowOf(field), `Written into ${filled.length} rows.${more > 0 ? ` ${more} more did not fit on this page.` : ""} Escape takes it back.`);
  });

  grid.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-fill]");
    if (!button) return;
    const field = button.closest("[data-column]").querySelector(CELLS);
    write(field, button.dataset.fill);
    field.focus();
  });

  // ------------------------------------------------------------ changes
  const see = (row) => {
    const changed = fieldsOf(row).some(isChanged) || [...ofRow(row)].length > 0;
    row.classList.toggle("changed", changed);
    return changed;
  };

  // On the document, after correcting.js has kept the field.
  document.addEventListener("input", ({ target }) => {
    if (!grid.contains(target) || !target.matches(FIELDS)) return;
    if (!isFilling) filled = [];
    if (!isChanged(target)) forget(target.name);
    const row = rowOf(target);
    see(row);
    check(row);
    count();
  });

  const takeIn = (cells) => {
    for (const cell of cells) {
      const faults = cell.querySelector(".faults");
      if (asReceived.has(cell) || !faults) continue;
      withButtons(faults);
      asReceived.set(cell, [...faults.children].map((node) => node.cloneNode(true)));
    }
  };

  const takeInAll = () => {
    takeIn(grid.querySelectorAll("[data-column]"));
    for (const row of grid.querySelectorAll("[data-row]")) if (see(row)) check(row, 0);
    count();
  };

  // Cells that are loaded on demand get what was written in them.
  document.addEventListener("htmx:after:swap", () => {
    const kept = draft();
    for (const cell of grid.querySelectorAll("[data-column]")) {
      const field = cell.querySelector(CELLS);
      if (!asReceived.has(cell) && field && field.name in kept) field.value = kept[field.name];
    }
    takeInAll();
  });

  document.querySelectorAll(".keys").forEach((help) => { help.hidden = false; });
  takeInAll();
  addEventListener("pageshow", ({ persisted }) => persisted && takeInAll());
})();
