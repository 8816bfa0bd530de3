// Asks the person in front of a broken page what happened. The page's SDK loads this script from
// the address that names the event; the answer goes back to the same address.
(() => {
  "use strict";

  const TEXTS = "WATCHFIRE_TEXTS";
  // What SDKs listen for to know that the dialog is gone.
  const CLOSED = "__sentry_reportdialog_closed__";
  const HOST = "watchfire-report-dialog";
  const STYLE = `
    :host { all: initial; }
    .wf-dialog {
      --wf-back: #fff; --wf-text: #1d2329; --wf-soft: #57606a; --wf-line: #8c959f;
      --wf-main: #0b5fbf; --wf-on-main: #fff; --wf-bad: #b3261e;
      box-sizing: border-box; width: min(34em, calc(100vw - 2em));
      max-height: calc(100vh - 2em); overflow: auto; margin: auto; padding: 1.5em;
      border: 1px solid var(--wf-line); border-radius: 0.75em; color-scheme: light dark;
      background: var(--wf-back); color: var(--wf-text); text-align: start;
      font: medium/1.5 system-ui, sans-serif; box-shadow: 0 1em 3em rgb(0 0 0 / 0.35);
    }
    .wf-dialog::backdrop { background: rgb(0 0 0 / 0.5); }
    .wf-dialog *, .wf-dialog *::before { box-sizing: border-box; font: inherit; }
    .wf-title { margin: 0; font-size: 1.25em; font-weight: 600; line-height: 1.3; }
    .wf-lead { margin: 0.25em 0 0; color: var(--wf-soft); }
    .wf-field { display: block; margin: 1em 0 0; }
    .wf-label { display: block; margin: 0 0 0.25em; font-weight: 600; }
    .wf-input {
      display: block; width: 100%; min-height: 2.75em; margin: 0; padding: 0.5em 0.75em;
      border: 1px solid var(--wf-line); border-radius: 0.4em;
      background: var(--wf-back); color: var(--wf-text);
    }
    textarea.wf-input { min-height: 7em; resize: vertical; }
    .wf-input[aria-invalid="true"] { border-color: var(--wf-bad); }
    .wf-error { margin: 0.25em 0 0; color: var(--wf-bad); }
    .wf-status { margin: 1em 0 0; }
    .wf-error:empty, .wf-status:empty { display: none; }
    .wf-buttons { display: flex; flex-wrap: wrap; gap: 0.75em; margin: 1.25em 0 0; }
    .wf-button {
      min-height: 2.75em; margin: 0; padding: 0.5em 1.25em; border-radius: 0.4em;
      border: 1px solid var(--wf-line); background: transparent; color: var(--wf-text);
      cursor: pointer;
    }
    .wf-button.wf-main {
      border-color: var(--wf-main); background: var(--wf-main); color: var(--wf-on-main);
    }
    .wf-button:disabled { opacity: 0.6; cursor: progress; }
    .wf-input:focus-visible, .wf-button:focus-visible {
      outline: 3px solid var(--wf-main); outline-offset: 2px;
    }
    @media (prefers-color-scheme: dark) {
      .wf-dialog {
        --wf-back: #1d2329; --wf-text: #f0f3f6; --wf-soft: #b1bac4; --wf-line: #7a828e;
        --wf-main: #6cb6ff; --wf-on-main: #0d1117; --wf-bad: #ff938a;
      }
    }
  `;

  // This script was loaded from where the report goes. Only a script element knows its address.
  const address = document.currentScript && document.currentScript.src;
  if (!address || document.querySelector(HOST)) {
    return;
  }

  const host = document.createElement(HOST);
  const root = host.attachShadow({ mode: "open" });

  /** Makes an element; texts are only ever set as text. */
  const make = (tag, properties, children = []) => {
    const { attributes = {}, ...rest } = properties;
    const element = Object.assign(document.createElement(tag), rest);
    for (const [name, value] of Object.entries(attributes)) {
      element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };

  const inputs = {};
  const errors = {};

  /** A label, its input, and the place of its error. */
  const field = (name, tag, label, properties) => {
    const error = `wf-error-${name}`;
    inputs[name] = make(tag, {
      className: "wf-input", id: `wf-${name}`, name, required: true,
      attributes: { "aria-describedby": error }, ...properties,
    });
    errors[name] = make("p", { className: "wf-error", id: error });
    return make("div", { className: "wf-field" }, [
      make("label", { className: "wf-label", htmlFor: `wf-${name}`, textContent: label }),
      inputs[name],
      errors[name],
    ]);
  };

  const status = make("p", { className: "wf-status", attributes: { role: "status" } });
  const submit = make("button", {
    className: "wf-button wf-main", type: "submit", textContent: TEXTS.labelSubmit,
  });
  const close = make("button", {
    className: "wf-button", type: "button", textContent: TEXTS.labelClose,
  });
  const buttons = make("div", { className: "wf-buttons" }, [submit, close]);
  const form = make("form", { noValidate: true }, [
    field("name", "input", TEXTS.labelName, {
      type: "text", value: TEXTS.name, maxLength: 128, autocomplete: "name",
    }),
    field("email", "input", TEXTS.labelEmail, {
      type: "email", value: TEXTS.email, maxLength: 75, autocomplete: "email",
    }),
    field("comments", "textarea", TEXTS.labelComments, { maxLength: 4096, rows: 5 }),
    status,
    buttons,
  ]);
  const dialog = make("dialog", {
    className: "wf-dialog",
    attributes: { "aria-labelledby": "wf-title", "aria-describedby": "wf-lead" },
  }, [
    make("h2", { className: "wf-title", id: "wf-title", textContent: TEXTS.title }),
    make("div", { id: "wf-lead" }, [
      make("p", { className: "wf-lead", textContent: TEXTS.subtitle }),
      make("p", { className: "wf-lead", textContent: TEXTS.subtitle2 }),
    ]),
    form,
  ]);
  if (TEXTS.lang) {
    dialog.lang = TEXTS.lang;
  }

  /** Shows what is wrong with each field, and goes to the first that is. */
  const showErrors = (wrong) => {
    let first = null;
    for (const [name, input] of Object.entries(inputs)) {
      const messages = wrong[name] || [];
      errors[name].textContent = messages.join(" ");
      input.setAttribute("aria-invalid", String(messages.length > 0));
      first = first || (messages.length > 0 ? input : null);
    }
    if (first) {
      first.focus();
    }
  };

  const send = async () => {
    submit.disabled = true;
    status.textContent = "";
    showErrors({});
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(address, { method: "POST", body, credentials: "omit" });
      if (answer.ok) {
        form.replaceChildren(status, make("div", { className: "wf-buttons" }, [close]));
        status.textContent = TEXTS.successMessage;
        close.focus();
        return;
      }
      const refusal = answer.status === 400 ? await answer.json() : {};
      status.textContent = refusal.errors ? TEXTS.errorFormEntry : TEXTS.errorGeneric;
      showErrors(refusal.errors || {});
    } catch {
      status.textContent = TEXTS.errorGeneric;
    } finally {
      submit.disabled = false;
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  close.addEventListener("click", () => dialog.close());
  // Escape closes a modal dialog by itself; whichever way it closes, the page gets its focus back.
  dialog.addEventListener("close", () => {
    host.remove();
    window.postMessage(CLOSED, "*");
  });
  // Keys typed here are none of the page's shortcuts.
  for (const kind of ["keydown", "keyup", "keypress"]) {
    host.addEventListener(kind, (event) => event.stopPropagation());
  }

  // A sheet of this kind is allowed where a page forbids inline styles.
  if (root.adoptedStyleSheets && "replaceSync" in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } else {
    root.append(make("style", { textContent: STYLE }));
  }

  const show = () => {
    root.append(dialog);
    document.body.append(host);
    // A modal dialog keeps the focus inside, is above everything, and makes the page inert.
    dialog.showModal();
    (TEXTS.name && TEXTS.email ? inputs.comments : inputs.name).focus();
  };
  if (document.body) {
    show();
  } else {
    document.addEventListener("DOMContentLoaded", show, { once: true });
  }
})();
