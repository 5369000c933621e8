// The forms that process a stored file again: cells follow the choice of a column (without one, a value for all
// rows is offered), and a form is sent only once.
(() => {
  const samplesOf = (field) => {
    if (field.list) {
      const option = [...field.list.options].find(({ value }) => value === field.value);
      return option?.text ? [Object.assign(document.createElement("span"), { className: "cell", dir: "auto", textContent: option.text })] : [];
    }
    return document.getElementById(`samples-${field.value}`)?.cloneNode(true).childNodes ?? [];
  };

  document.addEventListener("change", ({ target }) => {
    if (target.dataset.samples) {
      document.getElementById(target.dataset.samples).replaceChildren(...samplesOf(target));
      const constant = target.closest(".column-choice").querySelector("details");
      if (constant && target.value === "") {
        constant.open = true;
      }
    }
  });

  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.once !== undefined) {
      if (sent.has(event.target)) {
        event.preventDefault();
      }
      sent.add(event.target);
    }
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) {
      document.querySelectorAll("form[data-once]").forEach((form) => sent.delete(form));
    }
  });
})();
