// Small behaviours behind data- attributes. Every page works without this file.
(() => {
  "use strict";
  const root = document.documentElement;
  root.dataset.js = "";

  const flash = (text) => {
    const region = document.getElementById("flash");
    const message = document.createElement("div");
    message.className = "flash";
    message.dataset.tone = "bad";
    message.setAttribute("role", "alert");
    message.append(Object.assign(document.createElement("p"), { textContent: text }));
    region?.replaceChildren(message);
  };

  const enhance = (scope) => {
    for (const message of scope.querySelectorAll("[data-dismiss-after]")) {
      setTimeout(() => message.matches(":hover, :focus-within") || message.remove(), Number(message.dataset.dismissAfter));
    }
    scope.querySelector("[data-focus]")?.focus();
  };

  const copy = async (button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.copied = "";
    setTimeout(() => delete button.dataset.copied, 1500);
  };

  const step = (button, event) => {
    const input = button.closest("[data-stepper]").querySelector("input");
    event.preventDefault();
    button.removeAttribute("name"); // htmx would send the step of the button clicked last as well
    input.value = Math.min(Number(input.max), Math.max(Number(input.min), Number(input.value) + Number(button.dataset.step)));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const syncStepper = (input) => {
    for (const button of input.closest("[data-stepper]").querySelectorAll("[data-step]")) {
      const limit = button.dataset.step === "1" ? input.max : input.min;
      button.disabled = input.value === limit;
    }
  };

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    if (on("[data-dismiss]")) on("[data-dismiss]").parentElement.remove();
    if (on("[data-copy]")) copy(on("[data-copy]"));
    if (on("[data-print]")) window.print();
    if (on("[data-step]")) step(on("[data-step]"), event);
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.closest("[data-stepper]")) syncStepper(input);
    const drop = input.closest("[data-file-drop]");
    if (drop) drop.querySelector("output").textContent = Array.from(input.files, (file) => file.name).join(", ");
    if (input.form?.hasAttribute("data-autosubmit")) input.form.requestSubmit();
  });

  // A page that asks for a file takes one that is dropped anywhere on it.
  const dropTarget = (event) => event.dataTransfer.types.includes("Files") && document.querySelector("[data-drop-anywhere] input[type=file]");
  document.addEventListener("dragover", (event) => { if (dropTarget(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    const input = dropTarget(event);
    if (!input || event.target === input) return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // A plain form is sent once; htmx forms have their own queue. The back button gives the form back.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("hx-post") || form.hasAttribute("hx-get") || form.method !== "post") return;
    if (form.dataset.sent !== undefined) event.preventDefault();
    form.dataset.sent = "";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // An error answer is swapped only where the server aimed it (HX-Retarget), or as a corrected form (422).
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400 || xhr.status === 422 || xhr.getResponseHeader("HX-Retarget")) return;
    event.detail.shouldSwap = false;
    flash("That did not work. Reload the page and try again.");
  });
  document.addEventListener("htmx:sendError", () => flash("No connection. Check your network and try again."));
  document.addEventListener("htmx:afterSwap", (event) => enhance(event.detail.target.parentElement ?? document));
  document.addEventListener("htmx:oobAfterSwap", (event) => enhance(event.detail.target));
  enhance(document);
})();
