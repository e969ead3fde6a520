"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const moments = data.moments, questions = data.questions;
const answered = new Set();
const lesson = document.querySelector(".lesson");
const parts = [...lesson.querySelectorAll("[data-stop]")];
const veiled = [...lesson.querySelectorAll("[data-veiled]")];
const stopOf = new Map(parts.map((part, place) => [part.dataset.stop, place]));
let now = 0, reached = 0;

/* A row is a list of pairs [text, role]; it is written as text, never as markup. */
function write(element, row, tag, space) {
  element.replaceChildren(...row.map(([text, role]) => {
    const part = space ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    part.textContent = text;
    if (role) part.setAttribute("class", "r-" + role);
    return part;
  }));
}

function lines(element, rows) {
  element.replaceChildren(...rows.map((number) => {
    const line = document.createElement("div");
    write(line, data.rows[number], "span", false);
    if (!line.textContent.trim()) line.textContent = " ";
    return line;
  }));
}

/* The place of the first question that is not answered; behind it nothing is shown. */
function barrier() {
  const open = questions.find((one) => !answered.has(one.number));
  return open === undefined ? moments.length - 1 : open.moment;
}

/* The numbers of all boxes at a moment: each moment has only what changed in it. */
function boxesAt(place) {
  const found = [];
  for (let k = 0; k <= place; k++) for (const [box, value, delta] of moments[k].boxes) found[box] = [value, delta];
  return found;
}

function show(place, told) {
  now = Math.max(0, Math.min(place, barrier()));
  reached = Math.max(reached, now);
  const moment = moments[now];
  boxesAt(now).forEach(([value, delta], box) => {
    write($("v" + box), data.rows[value], "tspan", true);
    write($("d" + box), data.rows[delta], "tspan", true);
    $("b" + box).setAttribute("class", "box" + (box === moment.here ? " here" : box === moment.next ? " next" : ""));
  });
  lines($("why"), moment.why);
  lines($("health"), moment.health);
  for (const name of ["why", "health"]) $(name).parentElement.hidden = !moment[name].length;
  read(moment);
  const slider = $("slider");
  slider.value = now;
  slider.setAttribute("aria-valuetext", moment.told);
  $("first").disabled = $("back").disabled = now === 0;
  $("forth").disabled = $("last").disabled = now >= barrier();
  $("told").textContent = (told ? told + " " : "") + moment.told + (now >= barrier() && now < moments.length - 1 ? ". The rest follows your answer." : "");
  const box = $("b" + moment.here);
  if (box) box.scrollIntoView({block: "nearest", inline: "nearest"});
}

/* The lesson up to the first question that is open; what lines said where they have run. */
function read(moment) {
  const here = stopOf.get(moment.stop) ?? -1;
  const last = questions.find((one) => !answered.has(one.number));
  const end = last === undefined ? parts.length : stopOf.get("line:" + last.number);
  const done = stopOf.get(moments[reached].stop) ?? -1;
  parts.forEach((part, place) => {
    part.hidden = place > end;
    part.classList.toggle("now", place === here);
    const told = part.querySelector(".told");
    if (told) told.hidden = place > done && !(told.classList.contains("claims") && place === done + 1);
  });
  veiled.forEach((part) => {
    const place = stopOf.get(part.dataset.veiled);
    part.hidden = last === undefined || Number(part.dataset.while) !== last.number || place > done;
    if (!part.hidden) parts[place].hidden = true;
  });
  if (here >= 0) parts[here].scrollIntoView({block: "nearest"});
}

const number = (text) => { const [a, b] = text.split("/"); return b === undefined ? Number(a) : Number(a) / Number(b); };
const listed = (text) => text.replace(/[[\]]/g, " ").split(/[\s,;]+/).filter(Boolean);

/* Whether an answer is right: null where nothing is. */
function grade(marking, given) {
  if (marking.right !== undefined) return given === marking.right;
  if (marking.order) {
    const places = listed(given).map((one) => Number(one) - 1);
    if ([...places].sort((a, b) => a - b).join() !== marking.order.map((_, k) => k).join()) return false;
    return places.every((one, k) => k === 0 || marking.numbers[places[k - 1]] <= marking.numbers[one] + 1e-9 * Math.abs(marking.numbers[one]));
  }
  if (marking.numbers) {
    const got = listed(given).map(number);
    const same = got.length === 1 ? marking.numbers.map(() => got[0]) : got;
    return same.length === marking.numbers.length && same.every((one, k) => Math.abs(one - marking.numbers[k]) <= marking.within[k]);
  }
  return null;
}

/* What is said to a wrong answer: what the author says to this one, else the hint. */
function remark(question, form) {
  const given = question.marking.choices ? Number(form.querySelector("input:checked").value) : number(form.querySelector("input").value);
  const near = (wrong) => question.marking.choices ? wrong === given : Math.abs(wrong - given) <= Math.max(0.01 * Math.abs(wrong), 1e-9);
  const slip = (question.marking.slips || []).find(([wrong]) => near(wrong));
  return slip ? ": " + slip[1] : question.hint ? ": try again; hint: " + question.hint : ": try again";
}

function ask(question) {
  const place = lesson.querySelector(`[data-question="${question.number}"]`);
  const form = document.createElement("form");
  const id = "q" + question.number;
  if (question.marking.choices) {
    const set = document.createElement("fieldset"), legend = document.createElement("legend");
    legend.textContent = question.title;
    set.append(legend, ...question.marking.choices.map((option, k) => {
      const label = document.createElement("label"), radio = document.createElement("input");
      Object.assign(radio, {type: "radio", name: id, value: String(k), required: true});
      label.append(radio, " " + option);
      return label;
    }));
    form.append(set);
  } else {
    const label = document.createElement("label"), field = document.createElement("input");
    label.textContent = question.title;
    label.htmlFor = field.id = id;
    field.autocomplete = "off";
    form.append(label, field);
  }
  const send = document.createElement("button"), tell = document.createElement("button"), said = document.createElement("p");
  send.textContent = "Answer";
  tell.textContent = "Show it";
  tell.type = "button";
  said.setAttribute("role", "status");
  form.append(" ", send, " ", tell, said);
  place.append(form);
  const close = (word) => {
    if (answered.has(question.number)) return;
    answered.add(question.number);
    for (const part of form.querySelectorAll("input, button")) part.disabled = true;
    said.textContent = word + question.answer;
    $("forth").focus();
    show(question.moment + 1, word + question.answer + ".");
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = form.querySelector("input:checked");
    const right = grade(question.marking, question.marking.choices ? Number(chosen.value) : form.querySelector("input").value);
    if (right === false) said.textContent = "Not yet" + remark(question, form) + ".";
    else close(right ? "Right: " : "");
  });
  tell.addEventListener("click", () => close(""));
}

questions.forEach(ask);
$("slider").max = moments.length - 1;
$("slider").addEventListener("input", (event) => show(Number(event.target.value)));
$("first").addEventListener("click", () => show(0));
$("back").addEventListener("click", () => show(now - 1));
$("forth").addEventListener("click", () => show(now + 1));
$("last").addEventListener("click", () => show(moments.length - 1));
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea") || event.altKey || event.ctrlKey || event.metaKey) return;
  const steps = {ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: moments.length - 1};
  if (event.key in steps) { event.preventDefault(); show(steps[event.key]); }
});
show(0);
