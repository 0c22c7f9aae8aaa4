// The menu's table: a field is saved as one leaves it or presses Enter, 86 asks until when, and rows that somebody
// else changed come anew. What is being written when a row comes anew stays written.
"use strict";
(() => {
  const dialog = document.getElementById("until");
  const list = () => document.getElementById("list");
  const post = (form, values, target, source) =>
    htmx.ajax("POST", form.action, { source, target, swap: "outerHTML", values: { ...Object.fromEntries(new FormData(form)), ...values } });

  // Every request from an element of its own: htmx lets an element have one at a time, and forgets all but the last that
  // wait. What was asked before for the same place is not waited for.
  const underWay = new Map();
  function send(verb, path, target, values) {
    const source = document.body.appendChild(document.createElement("span"));
    source.hidden = true;
    if (verb === "GET") {
      if (underWay.has(target)) htmx.trigger(underWay.get(target), "htmx:abort");
      underWay.set(target, source);
    }
    const over = () => {
      if (underWay.get(target) === source) underWay.delete(target);
      source.remove();
    };
    return htmx.ajax(verb, path, { source, target, swap: "outerHTML", values }).then(over, over); // live.js says what failed
  }

  // ---- fields in place
  const sending = new Map(); // what is under way, by the field's id
  const isOther = (field) => field.value.trim() !== field.dataset.was;

  function save(field) {
    const value = field.value.trim();
    if (!isOther(field) || sending.get(field.id) === value) return;
    sending.set(field.id, value);
    const form = new FormData(field.form);
    const values = { deed: "fields", was: field.dataset.was, in: form.get("in"), csrfmiddlewaretoken: form.get("csrfmiddlewaretoken") };
    values[field.name] = value;
    const target = field.dataset.at || `#${field.closest("tr").id}`;
    send("POST", field.form.action, target, values).finally(() => sending.delete(field.id));
  }

  let swapping = false; // a field that is taken out with its row was not left by anybody
  document.addEventListener("focusout", (event) => {
    if (!swapping && event.target.matches?.("[data-was]")) save(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("[data-was]")) return;
    if (event.key === "Enter") {
      event.preventDefault();
      save(event.target);
    } else if (event.key === "Escape") event.target.value = event.target.dataset.was;
  });

  document.addEventListener("change", (event) => { // a tick counts at once
    const box = event.target;
    if (!box.matches?.("[data-ticks]")) return;
    const [now, was] = box.checked ? ["on", ""] : ["", "on"];
    const values = { deed: "fields", in: new FormData(box.form).get("in"), csrfmiddlewaretoken: new FormData(box.form).get("csrfmiddlewaretoken"), [box.name]: now, was };
    send("POST", box.form.action, `#${box.closest("tr").id}`, values);
  });

  // What was begun in a field outlives the arrival of its row: the text, where the writing stood, and what it is held
  // against, for whoever writes saw that. Where a change is being answered, or a field is marked as wrong, the row comes
  // anew afterwards: htmx loses an answer whose place has gone.
  const late = new Map(); // where it is asked for anew, by the place's id
  const answering = new Set(); // places
  const isBusy = (place) =>
    [...answering].some((each) => place.contains(each)) || place.querySelector("[data-was][aria-invalid='true']") !== null;
  document.body.addEventListener("htmx:beforeSend", ({ detail }) => {
    if (detail.requestConfig.verb !== "get") answering.add(detail.target);
  });
  document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
    answering.delete(detail.target);
    for (const [place, path] of late) {
      const there = document.querySelector(place);
      if (there !== null && isBusy(there)) continue;
      late.delete(place);
      if (there !== null) setTimeout(() => ask(path, place));
    }
  });
  let written = [];
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig } = event.detail;
    const isAnswer = requestConfig.verb !== "get";
    const fields = [...target.querySelectorAll("[data-was]")];
    if (!isAnswer && isBusy(target)) {
      late.set(`#${target.id}`, requestConfig.path);
      event.detail.shouldSwap = false;
    }
    if (!event.detail.shouldSwap) return;
    swapping = true;
    const isBegun = (field) => isOther(field) && !(isAnswer && (sending.has(field.id) || field.getAttribute("aria-invalid") === "true"));
    written = fields.filter((field) => isBegun(field) || field === document.activeElement).map((field) => {
      const { id, value, selectionStart: from, selectionEnd: to } = field;
      return { id, begun: isBegun(field) && { value, was: field.dataset.was }, at: field === document.activeElement && { from, to, value } };
    });
  });
  document.body.addEventListener("htmx:afterSwap", () => {
    swapping = false;
    for (const { id, begun, at } of written) {
      const field = document.getElementById(id);
      if (field === null) continue;
      if (begun) [field.value, field.dataset.was] = [begun.value, begun.was];
      if (!at || document.activeElement !== field) continue;
      const isWhole = at.from === 0 && at.to === at.value.length; // what is written over is written over at once
      if (isWhole) field.select();
      else field.setSelectionRange(at.from, at.to);
    }
    written = [];
  });

  // ---- buttons of rows, and until when
  let asked = null; // the row whose 86 is asked about
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-target]");
    if (button === null || button.form === null) return;
    event.preventDefault();
    if (button.value === "off" && dialog !== null) {
      asked = button;
      const title = dialog.querySelector("h2");
      title.textContent = title.dataset.words.replace("%s", button.dataset.name);
      dialog.querySelector("[name=reason]").value = "";
      dialog.showModal();
      return;
    }
    post(button.form, { deed: button.value }, button.dataset.target, button);
  });
  dialog?.addEventListener("close", () => {
    const until = dialog.returnValue;
    dialog.returnValue = "";
    if (asked === null || until === "") return;
    const [reason, at] = ["reason", "at"].map((name) => dialog.querySelector(`[name=${name}]`).value);
    post(asked.form, { deed: asked.value, until, reason, at }, asked.dataset.target, asked);
    asked = null;
  });

  // ---- files
  document.addEventListener("change", (event) => { // a file that is too large is not even sent
    const input = event.target;
    if (!input.matches?.("[data-largest]")) return;
    const isLarge = (input.files[0]?.size ?? 0) > Number(input.dataset.largest);
    input.setCustomValidity(isLarge ? input.dataset.words : "");
    if (isLarge) input.reportValidity();
  });

  // ---- what others do
  const ask = (path, target) => send("GET", path, target);
  function renew() {
    const { part, stamp, query } = list().dataset;
    if (list().querySelector("[data-ordering]") === null) ask(`${part}?stamp=${stamp}&${query}`, "#list");
  }
  if (list() !== null) {
    document.body.addEventListener("loman:open", renew);
    document.body.addEventListener("loman:menu", renew);
  }
  document.body.addEventListener("loman:menu-row", (event) => { // one row changed, and it alone is asked for
    for (const kind of ["item", "option"]) {
      const row = document.querySelector(`tr#${kind}-${CSS.escape(event.detail.row)}`);
      if (row === null || row.closest("[data-ordering]") !== null) continue;
      const form = row.querySelector("form");
      ask(`${form.action.replace(/do$/, "row")}?in=${new FormData(form).get("in") ?? ""}`, `#${row.id}`);
    }
  });
})();
