import { showTheme } from "./theme.ts";

// loaded before anything is drawn: a page that was made dark does not flash
showTheme();
