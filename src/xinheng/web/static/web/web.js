/* The little the pages do beyond links and forms. Everything works without it. */
"use strict";

(function () {
  /* An error summary that arrives by htmx takes the focus, as `autofocus` does on a full load. */
  function focusSummary(root) {
    var summary = root.querySelector(".error-summary");
    if (summary) {
      summary.focus();
    }
  }

  document.addEventListener("htmx:after:swap", function () {
    focusSummary(document);
  });

  document.addEventListener("click", function (event) {
    var target = event.target.closest("[data-print], .error-summary a");
    if (!target) {
      return;
    }
    if (target.hasAttribute("data-print")) {
      event.preventDefault();
      window.print();
      return;
    }
    /* A link of the summary leads into the field, not only to it. */
    var field = document.getElementById(decodeURIComponent(target.hash.slice(1)));
    if (field) {
      event.preventDefault();
      (field.closest(".field") || field).scrollIntoView();
      field.focus({ preventScroll: true });
    }
  });

  /* `/` leads to the search field unless somebody is typing. */
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    var search = document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  });

  /* An open column choice closes with Escape and gives the focus back. */
  document.addEventListener("keydown", function (event) {
    var open = event.key === "Escape" && document.querySelector(".table-tools[open]");
    if (open) {
      open.removeAttribute("open");
      open.querySelector("summary").focus();
    }
  });

  focusSummary(document);
})();
