// Starts Swagger UI, and then shows the code that the fragment names. Problems and errors link to fragments such as
// #NOT_FINAL, which are in the list of codes below Swagger UI. While it loads, Swagger UI replaces the fragment and moves
// the list down, so the code is read first and shown last.
const codeId = location.hash.slice(1);
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  onComplete: () => {
    const code = document.getElementById(codeId);
    if (!code) return;
    code.classList.add("highlighted");
    requestAnimationFrame(() => code.scrollIntoView({ block: "center" }));
  },
});
