// Starts Swagger UI. A fragment such as #NOT_FINAL, to which problems and errors link, is in the list of codes below
// it. Swagger UI takes the fragment for one of its own and moves the list down while it fills its place, so the code
// is remembered, and shown when that is done.
const asked = location.hash.slice(1);
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  onComplete: () => {
    const code = document.getElementById(asked);
    if (!code) return;
    code.classList.add("asked");
    requestAnimationFrame(() => code.scrollIntoView({ block: "center" }));
  },
});
