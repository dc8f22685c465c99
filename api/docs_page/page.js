"use strict";
// Draws the OpenAPI document of this service. Everything is put in as text, never as markup.

const METHODS = ["get", "post", "put", "patch", "delete"];

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function pretty(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function firstExample(content) {
  const examples = Object.values(content?.examples ?? {});
  return examples.length ? examples[0].value : content?.example;
}

function resolve(document_, schema) {
  const path = schema?.$ref?.split("/").slice(1);
  return path ? path.reduce((part, key) => part[key], document_) : (schema ?? {});
}

function typeOf(schema = {}) {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.enum) return schema.enum.join(" | ");
  return schema.format ?? schema.type ?? "value";
}

function field(id, name, note, input) {
  input.id = id;
  return make("div", {}, make("label", { for: id }, name, " ", make("small", {}, note)), input);
}

function parameterFields(operation, inputs) {
  return (operation.parameters ?? []).map((parameter) => {
    const input = make("input", { type: "text", autocomplete: "off" });
    const example = parameter.example ?? parameter.schema?.examples?.[0];
    if (parameter.required && example !== undefined) input.value = String(example);
    inputs.push({ parameter, input });
    const note = [parameter.in, typeOf(parameter.schema), parameter.required ? "needed" : "", parameter.description ?? ""];
    return field(`${operation.operationId}-${parameter.name}`, parameter.name, note.filter(Boolean).join(", "), input);
  });
}

function bodyField(document_, operation) {
  const content = operation.requestBody?.content ?? {};
  const kind = Object.keys(content)[0];
  if (!kind) return null;
  if (kind === "multipart/form-data") return formFields(document_, operation, content[kind]);
  const input = make("textarea", { spellcheck: "false" });
  const example = firstExample(content[kind]) ?? resolve(document_, content[kind].schema).examples?.[0];
  input.value = example === undefined ? "" : pretty(example);
  const shown = field(`${operation.operationId}-body`, "Body", kind, input);
  return { shown, read: () => (input.value ? { body: input.value, headers: { "Content-Type": kind } } : {}) };
}

function formFields(document_, operation, content) {
  const properties = Object.entries(resolve(document_, content.schema).properties ?? {});
  const inputs = properties.map(([name, schema]) => {
    const isFile = JSON.stringify(schema).match(/binary|octet-stream/);
    return { name, schema, input: make("input", { type: isFile ? "file" : "text" }) };
  });
  const shown = make("div", {}, ...inputs.map(({ name, schema, input }) =>
    field(`${operation.operationId}-${name}`, name, schema.description ?? typeOf(schema), input)));
  const read = () => {
    const form = new FormData();
    for (const { name, input } of inputs) {
      const value = input.type === "file" ? input.files[0] : input.value;
      if (value) form.append(name, value);
    }
    return { body: form, headers: {} };
  };
  return { shown, read };
}

function addressOf(path, inputs) {
  const query = new URLSearchParams();
  const headers = {};
  for (const { parameter, input } of inputs) {
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (input.value && parameter.in === "query") query.append(parameter.name, input.value);
    else if (input.value && parameter.in === "header") headers[parameter.name] = input.value;
  }
  return { address: query.size ? `${path}?${query}` : path, headers };
}

async function send(method, path, inputs, body, answer) {
  const { address, headers } = addressOf(path, inputs);
  const content = body ? body.read() : {};
  answer.replaceChildren("Sending …");
  const began = performance.now();
  try {
    const response = await fetch(address, {
      method: method.toUpperCase(), body: content.body, headers: { ...headers, ...content.headers }, redirect: "manual",
    });
    const text = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").includes("json");
    const took = Math.round(performance.now() - began);
    answer.replaceChildren(
      make("h3", {}, `Answer: ${response.status} ${response.statusText} in ${took} ms`),
      make("pre", { tabindex: "0" }, text && isJson ? pretty(JSON.parse(text)) : text),
    );
  } catch (error) {
    answer.replaceChildren(make("p", {}, `No answer: ${error.message}`));
  }
}

function answersOf(operation) {
  const list = make("dl");
  for (const [code, response] of Object.entries(operation.responses)) {
    const example = firstExample(Object.values(response.content ?? {})[0]);
    list.append(make("dt", {}, code), make("dd", {}, response.description,
      example === undefined ? null : make("pre", { tabindex: "0" }, pretty(example))));
  }
  return list;
}

function openOperation(document_, method, path, operation) {
  const inputs = [];
  const body = bodyField(document_, operation);
  const answer = make("div", { class: "answer", role: "status" });
  const button = make("button", { type: "submit" }, "Send");
  const form = make("form", {}, ...parameterFields(operation, inputs), body?.shown ?? null, button, answer);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(method, path, inputs, body, answer);
  });
  return make("div", {},
    make("p", {}, operation.description ?? ""),
    make("p", {}, operation["x-permission"] ? `Permission: ${operation["x-permission"]}` : "Open to anyone"),
    form, make("h3", {}, "Answers"), answersOf(operation));
}

function drawOperation(document_, method, path, operation) {
  const summary = make("summary", {}, make("span", { class: "method" }, method.toUpperCase()),
    make("span", { class: "path" }, path), operation.summary ?? "");
  const details = make("details", { class: "operation" }, summary);
  details.dataset.words = `${method} ${path} ${operation.summary} ${operation.description}`.toLowerCase();
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(openOperation(document_, method, path, operation));
  });
  return details;
}

function drawAll(document_) {
  const sections = new Map();
  for (const [path, item] of Object.entries(document_.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? "other";
      if (!sections.has(tag)) sections.set(tag, make("section", {}, make("h2", {}, tag)));
      sections.get(tag).append(drawOperation(document_, method, path, item[method]));
    }
  }
  document.getElementById("operations").replaceChildren(...sections.values());
}

function filterBy(words) {
  for (const section of document.querySelectorAll("section")) {
    const operations = [...section.querySelectorAll("details.operation")];
    for (const operation of operations) operation.hidden = !operation.dataset.words.includes(words.toLowerCase());
    section.hidden = operations.every((operation) => operation.hidden);
  }
}

async function tellWhoIsSignedIn() {
  const response = await fetch("/v1/me");
  const who = document.getElementById("who");
  who.textContent = response.ok
    ? `Signed in as ${(await response.json()).name}.`
    : "Not signed in: open the sign-in link that the start of the service printed.";
}

document.getElementById("filter").addEventListener("input", (event) => filterBy(event.target.value));
tellWhoIsSignedIn();
fetch("/openapi.json").then((response) => response.json()).then(drawAll);
