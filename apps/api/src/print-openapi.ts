import { openApiDocument } from "./http/document.ts";

// For packages/client, which is generated from what this prints: `npm run openapi`.
process.stdout.write(`${JSON.stringify(openApiDocument(), null, 2)}\n`);
