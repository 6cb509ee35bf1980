import { tellPageStories } from "./support/page-stories.ts";
import { desktop } from "./support/visit.ts";

tellPageStories({ ...desktop, colorScheme: "light" });
