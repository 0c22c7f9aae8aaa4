// One call, heard: the recording is asked for by the first Play (that is on record), then the transcript goes along with
// the sound. Whoever scrolls reads in peace until they ask to come back. Everything is found anew at each event: the
// page of a call that was on the line comes again when it is over.
"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const AHEAD_PX = 120;
  let audio = null;
  let stopAt = null; // in seconds: the end of what was asked for
  let follows = true;
  let asking = false;

  const player = () => find("player");
  const seek = () => find("seek");
  const now = () => (audio ? audio.currentTime : Number(seek().value));
  const filled = (text, words) => text.replace(/\{(\w+)\}/g, (_, name) => words[name]);

  function clock(seconds) {
    const whole = Math.floor(seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  }

  async function play(from) {
    find("lost").hidden = true;
    if (audio === null && !(await ask(from))) return;
    if (from !== null) audio.currentTime = from;
    audio.playbackRate = Number(document.querySelector("[name=speed]:checked").value);
    await audio.play().catch(() => {});
  }

  // The address is good for minutes: when it has run out, the next Play asks for another and goes on where it was.
  async function ask(from) {
    if (asking) return false;
    asking = true;
    try {
      await htmx.ajax("POST", player().dataset.listen, { target: "#sound", swap: "innerHTML" });
    } finally {
      asking = false;
    }
    const made = document.querySelector("#sound audio");
    if (made === null) return false;
    audio = made;
    for (const kind of ["timeupdate", "seeked", "ended"]) audio.addEventListener(kind, show);
    for (const kind of ["play", "pause", "ended"]) audio.addEventListener(kind, word);
    audio.addEventListener("error", lose);
    if (from === null) audio.currentTime = Number(seek().value);
    return true;
  }

  function lose() {
    seek().value = audio.currentTime;
    audio.remove();
    audio = null;
    find("lost").textContent = player().dataset.lost;
    find("lost").hidden = false;
    word();
  }

  function word() {
    const button = find("play");
    const plays = audio !== null && !audio.paused && !audio.ended;
    button.querySelector("use").setAttribute("href", plays ? "#i-pause" : "#i-play");
    const words = player().dataset;
    button.setAttribute("aria-label", plays ? words.pause : filled(words.playFrom, { at: clock(now()) }));
    button.toggleAttribute("data-plays", plays);
  }

  function show() {
    if (stopAt !== null && audio !== null && audio.currentTime >= stopAt) {
      stopAt = null;
      audio.pause();
    }
    const length = Number(seek().max);
    const at = Math.min(now(), length);
    if (audio !== null) seek().value = at;
    const share = length ? at / length : 0;
    const length_said = clock(length);
    seek().setAttribute("aria-valuetext", filled(player().dataset.atOf, { at: clock(at), length: length_said }));
    find("at").textContent = clock(at);
    find("heard-until").setAttribute("width", share * 1000);
    for (const end of ["x1", "x2"]) find("head").setAttribute(end, `${share * 100}%`);
    if (audio === null || audio.paused) word();
    mark(at * 1000);
  }

  function mark(at) {
    const lines = [...document.querySelectorAll(".turn[data-from]")];
    const heard = lines.filter((line) => Number(line.dataset.from) <= at).at(-1) ?? null;
    if (heard === null || heard.hasAttribute("data-now")) return;
    for (const line of lines) {
      line.toggleAttribute("data-now", line === heard);
      if (line === heard) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    }
    if (follows) bring(heard);
  }

  function bring(line) {
    const box = line.getBoundingClientRect();
    if (box.top < AHEAD_PX || box.bottom > innerHeight - AHEAD_PX) line.scrollIntoView({ block: "center" });
  }

  function follow(wanted) {
    follows = wanted;
    const back = find("follow");
    if (back) back.hidden = wanted || document.querySelector(".turn[data-now]") === null;
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#player")) return;
    event.preventDefault();
    stopAt = null;
    if (audio !== null && !audio.paused) audio.pause();
    else play(null);
  });

  document.addEventListener("click", (event) => {
    const part = event.target.closest("[data-play]");
    if (part) {
      stopAt = part.dataset.until ? Number(part.dataset.until) / 1000 : null;
      follow(true);
      play(Number(part.dataset.play) / 1000);
    } else if (event.target.closest("#follow")) {
      follow(true);
      const line = document.querySelector(".turn[data-now]");
      if (line) line.scrollIntoView({ block: "center" });
    } else if (event.target.closest("[data-close-form]")) {
      event.preventDefault();
      const slot = event.target.closest("[data-close-form]").dataset.closeForm;
      find(`flag-slot-${slot}`).replaceChildren();
      find(`flag-it-${slot}`).focus();
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.id === "seek") {
      stopAt = null;
      if (audio !== null) audio.currentTime = Number(event.target.value);
      follow(true);
      show();
    } else if (event.target.name === "speed" && audio !== null) audio.playbackRate = Number(event.target.value);
  });

  for (const kind of ["wheel", "touchmove"]) document.addEventListener(kind, () => follow(false), { passive: true });
  document.addEventListener("keydown", (event) => {
    const scrolls = ["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"].includes(event.key);
    if (scrolls && !event.target.closest("input, select, textarea")) follow(false);
  });

  // After a flag its form is gone: the focus goes back to where it was opened.
  let opened = "";
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.classList.contains("flag-it")) opened = event.target.id;
  });
  document.body.addEventListener("said", () => {
    if (document.activeElement === document.body && find(opened)) find(opened).focus();
  });
})();
