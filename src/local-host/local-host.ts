import { runLocalHost } from "./start.ts";

runLocalHost(process.cwd()).then(
  ({ url }) => process.stdout.write(`Listening on ${url}\n`),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
