// The form for corrections. What is changed in it is kept in this browser until it is sent, whatever page of causes and
// rows it is on: the draft of an upload has the value of every changed field by its name, "" for a box without its tick.
(() => {
  const keyOf = (upload) => `corrections.${upload}`;

  const read = (upload) => {
    try {
      return JSON.parse(localStorage.getItem(keyOf(upload))) ?? {};
    } catch {
      return {}; // no storage is allowed here, or what is there is not ours
    }
  };

  const write = (upload, draft) => {
    try {
      if (Object.keys(draft).length) localStorage.setItem(keyOf(upload), JSON.stringify(draft));
      else localStorage.removeItem(keyOf(upload));
    } catch {
      // Without storage, or when it is full, only this page is sent.
    }
  };

  const valueOf = (field) => (field.type === "checkbox" && !field.checked ? "" : field.value);

  const show = (fields, value) => {
    for (const field of fields) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value;
      else field.value = value;
    }
  };

  // ------------------------------------------------------------ the draft
  const form = document.querySelector("form[data-draft]");
  if (form) {
    const upload = form.dataset.draft;
    const named = (name) => [...form.elements].filter((field) => field.name === name);
    const keep = (field) => {
      if (field.name && field.type !== "hidden") write(upload, { ...read(upload), [field.name]: valueOf(field) });
    };

    const restore = () => {
      for (const [name, value] of Object.entries(read(upload))) show(named(name), value);
    };

    // A text that is written is the answer to its question, and another answer takes it back.
    const agree = (field) => {
      const answers = field.closest("fieldset");
      const text = answers?.querySelector('input[name^="write."]');
      if (!text) return;
      const written = answers.querySelector('input[value="set"]');
      if (field === text && text.value && !written.checked) {
        written.checked = true;
        keep(written);
      } else if (field.type === "radio" && field !== written && text.value) {
        text.value = "";
        keep(text);
      }
    };

    form.addEventListener("input", ({ target }) => {
      keep(target);
      agree(target);
    });

    // Fields of other pages go along.
    form.addEventListener("submit", () => {
      form.querySelectorAll("input[data-of-draft]").forEach((field) => field.remove());
      for (const [name, value] of Object.entries(read(upload))) {
        if (named(name).length || value === "") continue;
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
        form.lastElementChild.dataset.ofDraft = "";
      }
    });

    // Enter in the table of causes would send a form that is half filled in.
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.name?.startsWith("write.")) event.preventDefault();
    });

    form.addEventListener("reset", () => write(upload, {}));
    restore();
    addEventListener("pageshow", restore);
  }

  // ------------------------------------------------------------ what is sent is no draft any more
  // Cells of rows that are not sent are kept: of these rows or, if they are too many to name, of all.
  const unsent = (upload, rows) =>
    Object.fromEntries(
      Object.entries(read(upload)).filter(([name]) => {
        const row = /^(?:cell|whole)\.(\d+)(?:\.|$)/.exec(name)?.[1];
        return row && (rows === "all" || rows.split(",").includes(row));
      }),
    );

  document.addEventListener("submit", ({ target }) => {
    const { ends, unsent: rows } = target.dataset;
    if (ends) write(ends, rows ? unsent(ends, rows) : {});
  });
})();
