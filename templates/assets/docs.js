// Starts Swagger UI. A fragment such as #NOT_FINAL, which problems link to, opens the part that explains it.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
});
