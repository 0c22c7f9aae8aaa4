// An open page hears what changed and asks for its parts anew. When its connection comes back it asks for all of them;
// at the first connection (loman:open) for what may have changed since it was made. So nothing stays missed.
"use strict";
(() => {
  const MOST_WAIT_MS = 15000;
  const NOUNS = ["orders", "calls", "line", "tickets", "bookings", "menu", "settings"];
  const FIGURES = ["orders", "calls", "tickets"];
  const away = document.getElementById("away");
  const toast = document.getElementById("toast");
  let wait = 500;
  let again = false;

  // A part that is just being asked for, whatever for, takes no further request: what is told before the answer is in
  // place is asked for again then. (htmx settles it at once: `defaultSettleDelay` of the page's head.)
  const missed = new Map();
  const flying = new Set();
  document.body.addEventListener("htmx:beforeSend", ({ detail: { xhr } }) => {
    flying.add(xhr);
    xhr.addEventListener("loadend", () => landed(xhr));
  });

  function landed(xhr) {
    flying.delete(xhr);
    if (flying.size) return;
    const news = [...missed.values()];
    missed.clear();
    for (const [event, row] of news) htmx.trigger(document.body, event, { row });
  }

  function ask(event, row) {
    if (flying.size) missed.set(`${event} ${row ?? ""}`, [event, row]);
    htmx.trigger(document.body, event, { row });
  }

  // The side bar's figures follow a moment later, once for all that came meanwhile.
  let due;
  let asked = 0;
  function figures() {
    clearTimeout(due);
    due = setTimeout(async () => {
      const mine = ++asked;
      const answer = await fetch(document.body.dataset.side).catch(() => null); // no connection: the page says so
      if (!answer?.ok) return;
      const sheet = document.createElement("template");
      sheet.innerHTML = await answer.text().catch(() => "");
      if (mine !== asked) return; // a younger one was asked for meanwhile
      const fresh = [...sheet.content.querySelectorAll("[data-figure]")];
      document.querySelectorAll(".side [data-figure]").forEach((old, place) => {
        if (fresh[place] && old.outerHTML !== fresh[place].outerHTML) old.replaceWith(fresh[place]);
      });
    }, 300);
  }

  function connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${document.body.dataset.live}`);
    socket.onopen = () => {
      wait = 500;
      away.hidden = true;
      document.body.dataset.connected = "";
      if (again) figures();
      for (const event of again ? NOUNS.map((noun) => `loman:${noun}`) : ["loman:open"]) ask(event);
      again = true;
    };
    socket.onmessage = (message) => {
      const news = JSON.parse(message.data);
      ask(news.row ? `loman:${news.changed}-row` : `loman:${news.changed}`, news.row);
      if (FIGURES.includes(news.changed)) figures();
    };
    socket.onclose = (end) => {
      if (end.code === 4403) return location.reload(); // signed out: the front door says the rest
      away.hidden = false;
      delete document.body.dataset.connected;
      setTimeout(connect, wait + Math.random() * 300);
      wait = Math.min(wait * 2, MOST_WAIT_MS);
    };
  }

  // What happened is said for ten seconds, longer while the focus or the pointer is on it, with Undo where there is one.
  let leaving;
  let undo = null;
  const button = toast.querySelector("button");
  const leave = () => { clearTimeout(leaving); leaving = setTimeout(() => { toast.hidden = true; }, 10000); };
  function say(text, failed, back) {
    toast.querySelector("span").textContent = text;
    toast.toggleAttribute("data-failed", failed);
    undo = back ?? null;
    button.hidden = undo === null;
    toast.hidden = false;
    leave();
  }
  for (const kind of ["focusin", "pointerenter"]) toast.addEventListener(kind, () => clearTimeout(leaving));
  for (const kind of ["focusout", "pointerleave"]) toast.addEventListener(kind, leave);
  button.addEventListener("click", () => {
    if (undo === null) return;
    toast.hidden = true;
    const part = document.querySelector(undo.target); // another page may show none of it
    htmx.ajax("POST", undo.to, { target: part ?? document.body, swap: part ? "outerHTML" : "none", values: undo.fields });
  });

  document.body.addEventListener("said", (event) => say(event.detail.text, event.detail.failed, event.detail.undo));
  document.body.addEventListener("htmx:sendError", () => say("No connection. Nothing was changed; try again.", true));
  document.body.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 403) return say("You may not do that, or you were signed out. Reload the page.", true);
    say("That did not work. Try again.", true);
  });
  document.addEventListener("click", (event) => { // one menu at a time
    for (const menu of document.querySelectorAll("details[open]:not([data-stays])")) if (!menu.contains(event.target)) menu.open = false;
  });
  if (document.body.dataset.live) connect(); // the installation's own pages belong to no restaurant
})();
