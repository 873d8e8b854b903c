"use strict";
// Keys for people who work here all day. Without this file every page works the same; each key only does what a link
// or a button on the page does. They can be turned off (WCAG 2.1.4): this browser remembers it, nobody else.
(() => {
  const OFF = "intake.keys-off";
  const byId = (name) => document.getElementById(name);
  const remembered = () => {
    try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
  };
  const remember = (off) => {
    try { off ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF); } catch { /* private windows forget */ }
  };
  const help = byId("keys");
  let off = remembered();

  const isTyping = (element) =>
    element instanceof Element && (element.closest("input, select, textarea, dialog[open]") || element.isContentEditable);

  const rows = () => [...document.querySelectorAll("main [data-row]")];
  const move = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  };

  const press = (key) => document.querySelector(`[data-key="${key}"]`)?.click();

  const claim = () => {
    const row = document.activeElement;
    const form = byId("claim-row");
    if (form && row?.dataset?.row) {
      form.action = `${row.getAttribute("href")}/claim`;
      form.elements.version.value = row.dataset.row;
      form.submit();
    } else {
      press("c");
    }
  };

  const show = () => {
    byId("keys-off").hidden = off;
    byId("keys-on").hidden = !off;
    if (!help.open) help.showModal();
  };

  const turn = (to) => {
    off = to;
    remember(off);
    show();
  };

  const search = () => {
    const box = byId("search");
    if (box) box.focus(); else press("/");
  };

  const does = {
    j: () => move(1),
    k: () => move(-1),
    c: claim,
    n: () => press("n"),
    t: () => press("t"),
    q: () => press("q"),
    "/": search,
    "?": show,
  };

  document.addEventListener("keydown", (event) => {
    if (off || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && event.key !== "j" && event.key !== "k") return;
    if (isTyping(event.target) || help?.open) return;
    const act = Object.hasOwn(does, event.key) ? does[event.key] : null;
    if (act && act() !== false) event.preventDefault();
  });

  if (help) {
    byId("keys-way").hidden = false;
    byId("keys-open").addEventListener("click", show);
    byId("keys-close").addEventListener("click", () => help.close());
    byId("keys-off").addEventListener("click", () => turn(true));
    byId("keys-on").addEventListener("click", () => turn(false));
  }
})();
