// The board rings until every new order is acknowledged, and keeps open what was open when it comes anew.
"use strict";
(() => {
  const RING_EVERY_MS = 4000;
  const silent = document.getElementById("silent");
  let sound;
  let kept = []; // menus that were open when the board came anew, with what was written in them

  // The larger view is this screen's own, not the person's: a tablet over the pass keeps it.
  const LARGER = "loman.kitchen";
  function look() {
    const larger = localStorage.getItem(LARGER) === "yes";
    document.documentElement.toggleAttribute("data-view", larger);
    if (larger) document.documentElement.dataset.view = "kitchen";
    const button = document.getElementById("larger");
    button.hidden = false;
    button.setAttribute("aria-pressed", String(larger));
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("#larger") === null) return;
    localStorage.setItem(LARGER, localStorage.getItem(LARGER) === "yes" ? "no" : "yes");
    look();
  });

  const rings = () => document.querySelector('.ticket[data-state="new"]') !== null;

  function chime() {
    for (const [begins, pitch] of [[0, 880], [0.18, 1175]]) {
      const tone = sound.createOscillator();
      const volume = sound.createGain();
      const at = sound.currentTime + begins;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.25, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
      tone.connect(volume).connect(sound.destination);
      tone.start(at);
      tone.stop(at + 0.5);
    }
  }

  function ring() {
    sound ??= new AudioContext();
    const blocked = sound.state !== "running";
    silent.hidden = !blocked;
    if (!blocked && rings()) {
      chime();
      document.body.dataset.rang = String(Number(document.body.dataset.rang || 0) + 1);
    }
  }

  function keep() {
    kept = [...document.querySelectorAll("#board details[open]")].map((menu) => [menu.id, menu.querySelector("input[type=text]")?.value]);
  }

  function restore() {
    for (const [id, written] of kept) {
      const menu = document.getElementById(id);
      if (menu === null) continue;
      menu.open = true;
      if (written) menu.querySelector("input[type=text]").value = written;
    }
    kept = [];
  }

  // One order came or changed: its ticket alone is asked for, and hung where it belongs. The last news of an order
  // counts; a whole board that was asked for earlier knows nothing of it, so what came meanwhile is asked for again.
  const came = new Map();
  const began = new WeakMap();

  async function hang(row) {
    const at = performance.now();
    came.set(row, at);
    const answer = await fetch(`${document.getElementById("board").dataset.tickets}${row}/ticket`);
    const sheet = document.createElement("template");
    sheet.innerHTML = answer.ok ? await answer.text() : "";
    if (came.get(row) !== at) return;
    const ticket = sheet.content.querySelector("article");
    const old = document.getElementById(`ticket-${row}`);
    if (ticket === null) return htmx.trigger(document.body, "loman:orders"); // gone, or for later
    if (old?.querySelector("details[open]")) ticket.querySelector("details").open = true;
    const focused = old?.contains(document.activeElement) ? document.activeElement.id : "";
    old?.remove();
    const column = document.querySelector(`[data-col="${ticket.dataset.column}"]`);
    const next = [...column.querySelectorAll("article")].find((each) => each.dataset.order > ticket.dataset.order);
    column.insertBefore(ticket, next ?? null);
    for (const each of document.querySelectorAll(".board-col")) {
      each.querySelector("h2 span").textContent = each.querySelectorAll("article").length;
    }
    htmx.process(ticket);
    if (focused) document.getElementById(focused)?.focus();
    document.body.dispatchEvent(new Event("loman:hung"));
    ring();
  }

  async function catchUp() {
    const board = document.getElementById("board").dataset;
    const answer = await fetch(`${board.tickets}since?at=${encodeURIComponent(board.now)}`);
    const rows = answer.ok ? (await answer.json()).orders : null;
    if (rows === null) return htmx.trigger(document.body, "loman:orders"); // too many to ask for one by one
    rows.forEach(hang);
  }

  document.body.addEventListener("loman:open", catchUp);
  document.body.addEventListener("loman:orders-row", (event) => hang(event.detail.row));
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig.verb === "get") keep(); // what was just done closes its menu
  });
  silent.querySelector("button").addEventListener("click", () => sound.resume().then(ring));
  document.body.addEventListener("htmx:beforeRequest", (event) => began.set(event.detail.xhr, performance.now()));
  document.body.addEventListener("htmx:afterSettle", (event) => {
    restore();
    look();
    ring();
    const asked = began.get(event.detail.xhr) ?? 0;
    for (const [row, at] of [...came]) {
      if (at >= asked) hang(row);
      else came.delete(row);
    }
  });
  setInterval(ring, RING_EVERY_MS);
  look();
  ring();
})();
