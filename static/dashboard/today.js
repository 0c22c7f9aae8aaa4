// Calls as they happen. News only says that a call went on; its article is asked for and what moved in it is put in
// place, so that a menu stays open, a text half written, and a screen reader hears what is new alone.
"use strict";
(() => {
  const line = () => document.getElementById("line");
  const asking = new Map(); // by address: whether there was news of it since it was asked for

  // One request at a time for each: what comes meanwhile is asked for once more afterwards, however much it was.
  async function ask(url, put) {
    if (asking.has(url)) return asking.set(url, true);
    try {
      do {
        asking.set(url, false);
        const answer = await fetch(url);
        if (answer.ok) put(answer.status === 204 ? "" : await answer.text());
      } while (asking.get(url));
    } catch {
      // the connection is gone: the page says so, and asks for everything when it is back
    } finally {
      asking.delete(url);
    }
  }

  function parsed(text) {
    const sheet = document.createElement("template");
    sheet.innerHTML = text;
    return sheet.content;
  }

  function one(row) {
    ask(`${line().dataset.part}/${row}`, (text) => {
      const article = parsed(text).querySelector("article");
      if (article === null) leave(document.getElementById(`live-${row}`));
      else put(article);
      count();
    });
  }

  function all() {
    ask(line().dataset.part, (text) => {
      const articles = [...parsed(text).querySelectorAll("article")];
      const there = new Set(articles.map((each) => each.id));
      for (const old of line().querySelectorAll("article")) if (!there.has(old.id)) leave(old);
      articles.forEach(put);
      count();
    });
  }

  function leave(article) {
    if (article === null) return;
    const hands = article.contains(document.activeElement);
    article.remove();
    if (hands) document.getElementById("main").focus();
  }

  function put(article) {
    const old = document.getElementById(article.id);
    if (old === null || (old.querySelector(".acts") === null) !== (article.querySelector(".acts") === null)) {
      if (old === null) line().querySelector(".lives").append(article);
      else old.replaceWith(article); // it was answered
      htmx.process(article);
      scroll(article.querySelector(".said"));
      document.body.dispatchEvent(new Event("loman:hung"));
      return;
    }
    for (const name of ["how", "cart"]) {
      const [was, is] = [old, article].map((each) => each.querySelector(`[id^="${name}-"]`));
      was.hidden = is.hidden;
      if (was.innerHTML !== is.innerHTML) was.innerHTML = is.innerHTML;
    }
    old.querySelector(".clock").dataset.clock = article.querySelector(".clock").dataset.clock;
    say(old.querySelector(".said"), article.querySelector(".said"));
  }

  function say(was, sheet) {
    const is = [...sheet.children];
    const atEnd = was.scrollHeight - was.scrollTop - was.clientHeight < 40;
    is.forEach((next, place) => {
      const old = was.children[place];
      if (old === undefined) return was.append(next);
      old.dataset.who = next.dataset.who;
      if (old.innerHTML !== next.innerHTML) old.innerHTML = next.innerHTML;
    });
    while (was.children.length > is.length) was.lastElementChild.remove();
    if (atEnd) scroll(was);
  }

  function scroll(said) {
    said.scrollTop = said.scrollHeight;
  }

  function count() {
    const some = line().querySelector("article") !== null;
    line().querySelector(".empty").hidden = some;
    line().querySelector(".sec-head .hint").hidden = !some;
  }

  const body = document.body;
  body.addEventListener("loman:line-row", (event) => one(event.detail.row));
  for (const news of ["loman:open", "loman:line", "loman:calls", "loman:calls-row"]) body.addEventListener(news, all);

  // What was done closes its menu; what was refused says why beside it, and what was written stays.
  body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.(".live form");
    const told = event.detail.xhr.getResponseHeader("HX-Trigger-After-Settle");
    if (!form || !told) return;
    const { text, failed } = JSON.parse(told).said;
    const error = form.querySelector(".error");
    error.hidden = !failed;
    error.textContent = failed ? text : "";
    if (failed) return;
    form.reset();
    const menu = form.closest("details");
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  body.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.(".live details[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  body.addEventListener("toggle", (event) => { // what opened is in view, and the hands where something is to be written
    if (!event.target.open || !event.target.closest(".live")) return;
    event.target.querySelector("textarea")?.focus();
    event.target.querySelector(".drop-list").scrollIntoView({ block: "nearest" });
  }, true);

  // Where a row of the lamp list went with the button that was pressed, the hands go to the next one.
  body.addEventListener("htmx:afterSettle", () => {
    if (document.activeElement !== body) return;
    const next = document.querySelector("#needs button");
    if (next !== null && body.dataset.needs) next.focus();
    delete body.dataset.needs;
  });
  body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.closest?.("#needs form")) body.dataset.needs = "yes";
  });
  document.querySelectorAll(".live .said").forEach(scroll);
})();
