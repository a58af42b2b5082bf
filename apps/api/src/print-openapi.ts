import { openApiDocument } from "./http/document.ts";

// packages/client is generated from this output: `npm run openapi`.
process.stdout.write(`${JSON.stringify(openApiDocument(), null, 2)}\n`);
