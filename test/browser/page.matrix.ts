import { describe } from "@jest/globals";
import { tellPageStories } from "./support/page-stories.ts";
import { desktop, phone } from "./support/visit.ts";

// desktop and light is a part of the quick gate
describe.each([
  ["desktop dark", { ...desktop, colorScheme: "dark" }],
  ["phone light", { ...phone, colorScheme: "light" }],
  ["phone dark", { ...phone, colorScheme: "dark" }],
] as const)("%s", (_, options) => {
  tellPageStories(options);
});
