// GraphiQL over the hub's own /graphql, with the hub's examples as the first tabs.
"use strict";
(() => {
  const { createElement: element, useEffect, useState } = React;
  const examples = JSON.parse(document.getElementById("examples").textContent);
  // A name of its own: other GraphiQLs at this address, as a developer's machine has them, keep their tabs apart.
  const storage = GraphiQL.createLocalStorage({ namespace: "outcomes-hub" });

  // The tab at which the reader left, where there is one.
  function left() {
    try {
      const { tabs, activeTabIndex } = JSON.parse(storage.getItem("graphiql:tabState"));
      return tabs[activeTabIndex] ?? null;
    } catch {
      return null;
    }
  }

  // What the address holds after its #: a query that somebody shared.
  function shared() {
    const link = new URLSearchParams(location.hash.slice(1));
    return link.get("query") ? { query: link.get("query"), variables: link.get("variables") ?? "" } : null;
  }

  let later;
  function remember({ tabs, activeTabIndex }) {
    const { query, variables } = tabs[activeTabIndex];
    const link = "#" + new URLSearchParams({ query: query ?? "", variables: variables ?? "" });
    clearTimeout(later);
    // Browsers refuse an address that changes with every key.
    later = setTimeout(() => history.replaceState(null, "", link), 500);
  }

  let tell = () => {};
  async function fetcher({ query, variables, operationName }) {
    const started = performance.now();
    const response = await fetch("graphql", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ query, variables, operationName }),
    });
    const text = await response.text();
    if (operationName !== "IntrospectionQuery") {
      const [ms, bytes] = [Math.round(performance.now() - started), new Blob([text]).size.toLocaleString("en-GB")];
      const kept = response.headers.get("x-hub-cache") === "hit" ? ", kept answer" : "";
      const id = response.headers.get("x-request-id");
      tell({
        line: `Last answer: ${response.status} in ${ms} ms, ${bytes} bytes${kept}, request ${id}`,
        illustrative: text.includes('"ILLUSTRATIVE"'),
      });
    }
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`What came back is no JSON (status ${response.status}): ${text.slice(0, 200)}`);
    }
  }

  function Footer() {
    const [{ line, illustrative }, set] = useState({ line: "Nothing asked yet.", illustrative: false });
    useEffect(() => { tell = set; }, []);
    const notice = "Some of these figures are illustrative: made up to show how the hub works.";
    const licences = new URL("LICENSES.txt", document.querySelector("script[src$='/page.js']").src).pathname;
    return element("div", { className: "hub-footer" },
      illustrative && element("span", { className: "illustrative", role: "alert" }, notice),
      element("span", { role: "status" }, line),
      element("a", { href: "schema.graphql" }, "The whole schema"),
      element("a", { href: licences }, "Licences"));
  }

  // GraphiQL opens a further tab for a query that no kept tab holds, so it is told which to open.
  const link = shared();
  const { query, variables } = link ?? left() ?? examples[0];
  const page = element(GraphiQL, {
    fetcher,
    storage,
    query: query ?? "",
    variables: variables ?? "",
    defaultTabs: link ? [link, ...examples] : examples,
    defaultQuery: "",
    defaultEditorToolsVisibility: "variables",
    isHeadersEditorEnabled: false,
    shouldPersistHeaders: false,
    onTabChange: remember,
  }, element(GraphiQL.Logo, null, "outcomes-hub"), element(GraphiQL.Footer, null, element(Footer)));
  ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
  addEventListener("hashchange", () => location.reload());
})();
