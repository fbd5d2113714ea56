// Sends forms without leaving the page and draws what the server streams. Without it, each form posts and reloads.
"use strict";

const panes = [...document.querySelectorAll(".pane")];
const paneOf = (account) => panes.find((pane) => pane.dataset.account === account);
const tabOf = (pane) => document.querySelector(`.switch [data-key="${pane.id.replace("pane-", "")}"]`);
const part = (pane, selector) => pane.querySelector(selector);

// crypto.randomUUID exists on secure origins only; a demo may run on a bare address in the office.
const freshId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function isAtEnd(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 120;
}

function scrollToEnd(pane) {
  const log = part(pane, ".log");
  log.scrollTop = log.scrollHeight;
}

function showTyping(pane, isTyping) {
  clearTimeout(pane.typingTimer);
  part(pane, ".typing").hidden = !isTyping;
  if (!isTyping) return;
  pane.typingTimer = setTimeout(() => showTyping(pane, false), 20000);
  scrollToEnd(pane);
}

function problem(pane, sentence) {
  part(pane, ".problem").textContent = sentence;
}

async function post(form, pane) {
  const failed = part(pane, ".problem").dataset.failed;
  try {
    const response = await fetch(form.action, { method: "POST", body: form.sending, headers: { Accept: "application/json" } });
    if (response.ok) return "";
    return (await response.json().catch(() => ({}))).error || failed;
  } catch {
    return failed;
  }
}

async function send(form, pane) {
  if (form.sending) return;
  const typed = form.elements.text?.type === "textarea" ? form.elements.text : null;
  const text = typed?.value;
  form.sending = new FormData(form);
  form.setAttribute("aria-busy", "true");
  problem(pane, "");
  showTyping(pane, true);
  if (typed) typed.value = "";
  const sentence = await post(form, pane);
  if (sentence) {
    showTyping(pane, false);
    problem(pane, sentence);
    if (typed && !typed.value) typed.value = text;
  } else if (typed) {
    form.elements.id.value = freshId();
  }
  // A double click must stay one press, however fast the server was; after a failure the same id is tried again.
  setTimeout(() => {
    if (!sentence && !typed) form.elements.id.value = freshId();
    form.removeAttribute("aria-busy");
    form.sending = null;
  }, typed ? 0 : 800);
}

function draw(pane, markup) {
  const holder = document.createElement("template");
  holder.innerHTML = markup;
  const fresh = holder.content.querySelector(".message");
  const old = document.getElementById(fresh.id);
  if (old) {
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(fresh);
    if (hadFocus) fresh.focus({ preventScroll: true });
    return fresh;
  }
  const messages = part(pane, ".messages");
  const later = [...messages.children].find((other) => Date.parse(other.dataset.at) > Date.parse(fresh.dataset.at));
  messages.insertBefore(fresh, later || null);
  return fresh;
}

function receive(update) {
  const pane = paneOf(update.account);
  if (!pane) return;
  const log = part(pane, ".log");
  const follow = isAtEnd(log) || !update.bot;
  const drawn = draw(pane, update.html);
  if (update.bot) showTyping(pane, false);
  if (!pane.classList.contains("shown")) tabOf(pane)?.querySelector(".new").toggleAttribute("hidden", false);
  if (!follow || drawn.nextElementSibling) return;
  scrollToEnd(pane);
  // A long answer is read from its beginning.
  if (drawn.offsetHeight > log.clientHeight) drawn.scrollIntoView({ block: "start" });
}

function show(pane) {
  for (const other of panes) other.classList.toggle("shown", other === pane);
  document.querySelector(".switch a[aria-current]").removeAttribute("aria-current");
  tabOf(pane).setAttribute("aria-current", "true");
  tabOf(pane).querySelector(".new").hidden = true;
  scrollToEnd(pane);
}

function listen() {
  const { stream, since } = document.body.dataset;
  const offline = document.querySelector(".offline");
  const source = new EventSource(`${stream}?since=${encodeURIComponent(since)}`);
  source.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  source.addEventListener("open", () => { offline.textContent = ""; });
  source.addEventListener("error", () => { offline.textContent = offline.dataset.offline; });
}

document.addEventListener("submit", (event) => {
  const pane = event.target.closest(".pane");
  if (!pane) return;
  event.preventDefault();
  send(event.target, pane);
  if (event.target.closest(".foot")) part(pane, "textarea[name=text]").focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll(".picker[open]").forEach((picker) => { picker.open = false; picker.firstElementChild.focus(); });
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.closest(".composer textarea")) return;
  event.preventDefault();
  if (event.target.value.trim()) event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  for (const picker of document.querySelectorAll(".picker[open]")) if (!picker.contains(event.target)) picker.open = false;
  const tab = event.target.closest(".switch a");
  if (!tab || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  show(document.getElementById(`pane-${tab.dataset.key}`));
});

panes.forEach(scrollToEnd);
listen();
