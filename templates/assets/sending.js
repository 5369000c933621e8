// Sends a file straight to the bucket, with a progress bar. Without this script the form does the same, more slowly.
(() => {
  const form = document.getElementById("send");
  const part = (id) => document.getElementById(id);
  const input = part("file");
  const drop = part("drop");
  const limits = { all: Number(form.dataset.maxBytes), inline: Number(form.dataset.maxInlineBytes) };
  const token = form.elements.form_token.value;
  let request = null;
  let isStopped = false;

  drop.querySelector(".drop-hint").hidden = false;

  // ------------------------------------------------------------ words
  const inUnits = (bytes) => {
    const units = ["bytes", "KiB", "MiB", "GiB"];
    let unit = 0;
    for (; bytes >= 1024 && unit < 3; unit += 1) bytes /= 1024;
    return `${unit === 0 || bytes >= 100 ? Math.round(bytes) : bytes.toFixed(1)} ${units[unit]}`;
  };

  const inTime = (seconds) => {
    if (seconds < 5) return "a few seconds left";
    if (seconds < 90) return `about ${Math.round(seconds)} seconds left`;
    return `about ${Math.round(seconds / 60)} minutes left`;
  };

  const showError = (message) => {
    part("file-error").textContent = message;
    drop.classList.toggle("bad", message !== "");
  };

  // ------------------------------------------------------------ files that cannot be product files are not sent
  const OTHER = {
    xls: "an old Excel workbook", xlsb: "a binary Excel workbook", ods: "an OpenDocument spreadsheet",
    numbers: "a Numbers spreadsheet", pdf: "a PDF document", json: "a JSON file", xml: "an XML file",
    doc: "a Word document", docx: "a Word document", jpg: "an image", jpeg: "an image", png: "an image",
  };
  // A zip archive is no workbook if one of these is its first file. Any other may be one, or hold a CSV file.
  const DOCUMENT = /^PK\x03\x04.{26}(mimetype|word\/|ppt\/)/s;
  const OLD_EXCEL = "\xd0\xcf\x11\xe0";

  const problemOf = async (file) => {
    const ending = file.name.split(".").pop().toLowerCase();
    const hint = "Open it in your spreadsheet program and save it as an Excel workbook (.xlsx) or as “CSV UTF-8”, then send that file.";
    if (OTHER[ending]) return `“${file.name}” is ${OTHER[ending]}, which cannot be read. ${hint}`;
    if (file.size === 0) return `“${file.name}” is empty. Check that it was saved.`;
    if (file.size > limits.all) {
      return `“${file.name}” has ${inUnits(file.size)}; at most ${inUnits(limits.all)} are allowed. Split it into parts.`;
    }
    const start = String.fromCharCode(...new Uint8Array(await file.slice(0, 64).arrayBuffer()));
    const isDocument = DOCUMENT.test(start) || start.startsWith(OLD_EXCEL);
    return isDocument ? `“${file.name}” is another document, or protected with a password. ${hint}` : "";
  };

  // ------------------------------------------------------------ a fix file begins with the choices of its upload
  const first = new URLSearchParams(location.search).get("like") || "";
  let like = first;

  const correctedUpload = async (file) => {
    const start = await file.slice(0, 65536).text();
    const isFixFile = start.includes("_row") && start.includes("_errors");
    const inRows = isFixFile && /(?<=[,;\t|"])UPLOAD_\d{8}_\d{6}_[a-z2-7]{8}(?=[,;\t|"\r\n]|$)/.exec(start);
    const [named] = inRows || /UPLOAD_\d{8}_\d{6}_[a-z2-7]{8}/.exec(file.name) || [first];
    return named;
  };

  const offerChoices = async (file) => {
    const named = await correctedUpload(file);
    if (named === like) return;
    like = named;
    const answer = await fetch(`/uploads/new?like=${named}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const choices = page.getElementById("choices");
    if (choices) part("choices").replaceWith(choices);
  };

  const show = async () => {
    const [file] = input.files;
    showError("");
    form.classList.toggle("has-file", Boolean(file));
    if (!file) return false;
    const problem = await problemOf(file);
    showError(problem);
    if (problem) input.value = "";
    else part("told").textContent = `${file.name}, ${inUnits(file.size)}, is ready to send.`;
    if (!problem) await offerChoices(file).catch(() => {}); // without a connection, sending says so
    return !problem;
  };

  // ------------------------------------------------------------ sending
  const announce = async (file) => {
    const fields = new URLSearchParams({ file_name: file.name, size_bytes: file.size });
    for (const name of ["dry_run", "vendor_id", "mode", "blank_cells", "like"]) {
      const value = new FormData(form).get(name);
      if (value) fields.set(name, value);
    }
    const headers = { "X-Form-Token": token, Accept: "application/json", "HX-Request": "true", "HX-Current-URL": location.href };
    const answer = await fetch(form.dataset.announce, { method: "POST", body: fields, headers });
    if (answer.headers.has("HX-Redirect")) {
      location.assign(answer.headers.get("HX-Redirect"));
      return null;
    }
    if (answer.ok) return answer.json();
    const problem = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : {};
    throw new Error(problem.detail || "The service did not answer. Please try again in a moment.");
  };

  const put = (file, address) => new Promise((done, failed) => {
    const start = performance.now();
    request = new XMLHttpRequest();
    request.open("PUT", address.url);
    for (const [name, value] of Object.entries(address.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => {
      const remaining = ((performance.now() - start) / 1000) * (total / Math.max(loaded, 1) - 1);
      part("progress").value = (100 * loaded) / total;
      part("sent").textContent = `${inUnits(loaded)} of ${inUnits(total)} sent, ${inTime(remaining)}`;
    };
    request.onload = () => (request.status < 300 ? done("sent") : failed(new Error(
      `The file could not be stored (answer ${request.status}). Please try again.`)));
    request.onerror = () => done("blocked");
    request.onabort = () => done("stopped");
    request.send(file);
  });

  const cancel = (address) => fetch(`${address.page}/cancel`, { method: "POST", headers: { "X-Form-Token": token } });

  const setSending = (isOn) => {
    isStopped = false;
    part("sending").hidden = !isOn;
    part("stop").hidden = !isOn;
    part("start").disabled = isOn;
    part("progress").value = 0;
    part("sent").textContent = "Sending …";
    if (isOn) part("told").textContent = "Sending the file.";
  };

  const send = async (file) => {
    const address = await announce(file);
    if (!address) return;
    const outcome = isStopped ? "stopped" : await put(file, address);
    request = null;
    if (outcome === "sent") {
      part("told").textContent = "The file has arrived.";
      location.assign(address.page);
      return;
    }
    await cancel(address);
    if (outcome === "blocked" && file.size <= limits.inline) {
      form.submit(); // something on the way to the bucket blocks it; a small file can go through the service
      return;
    }
    setSending(false);
    showError(outcome === "stopped" ? "" : "The connection was lost before the file arrived. Please send it again.");
    if (outcome === "stopped") part("told").textContent = "Stopped. Nothing was sent.";
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await show())) return;
    setSending(true);
    try {
      await send(input.files[0]);
    } catch (error) {
      setSending(false);
      showError(error instanceof TypeError ? "There is no connection. Please check it and try again." : error.message);
    }
  });

  input.addEventListener("change", show);
  part("stop").addEventListener("click", () => {
    isStopped = true; // it may not have a request yet, only an announcement
    if (request) request.abort();
  });
  addEventListener("beforeunload", (event) => request && event.preventDefault());

  // ------------------------------------------------------------ drag and drop
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files.length > 1) {
      showError("One file at a time, please.");
    } else if (event.dataTransfer.files.length === 1) {
      input.files = event.dataTransfer.files;
      show();
    }
  });
})();
