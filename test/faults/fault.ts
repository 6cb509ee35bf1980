import type { NodeProcess } from "../support/node-process.ts";
import type { Load } from "./load.ts";
import type { Publisher } from "./publisher.ts";
import type { Share } from "./share.ts";

/** A real app under load, with a share and a local disk of its own. */
export interface Scene {
  /** Everything of this scene is in it. */
  readonly root: string;
  readonly share: Share;
  /** The share's folder as the app sees it. */
  readonly appShare: string;
  readonly appData: string;
  readonly app: NodeProcess;
  readonly url: string;
  readonly load: Load;
  readonly publisher: Publisher;
  /** One more, with a local disk of its own. */
  readonly otherPublisher: Publisher;
  /** A number that no edition had yet. */
  readonly nextEdition: () => number;
  /** Notes what was seen to hold, or did not; the row fails then. */
  readonly verify: (what: string, holds: boolean, seen?: string) => void;
  /** Called at the very moment: waits until health is well again, which is the time to recover. */
  readonly faultEnds: () => Promise<void>;
  /** Waits until the app answers with an edition, and verifies it. */
  readonly verifyServes: (edition: number) => Promise<void>;
}

export interface Places {
  readonly root: string;
  readonly share: string;
  readonly data: string;
}

export interface Preparation {
  /** Why the row cannot be run on this machine. */
  readonly notRun?: string;
  /** Where the app's share and local disk are instead. */
  readonly share?: string;
  /** A share that is no folder, as settings, for the app and the publishers. */
  readonly shareSettings?: Readonly<Record<string, string>>;
  readonly data?: string;
  readonly environment?: Record<string, string>;
}

export interface Fault {
  /** To choose the row by. */
  readonly name: string;
  readonly title: string;
  readonly prepare?: (places: Places) => Preparation | Promise<Preparation>;
  /** Resolves when the fault is over; one that goes on after it says when, by `faultEnds`. */
  readonly inject: (scene: Scene) => Promise<void>;
  /** The fault ends the app: only what was started before this, by `performance.now()`, counts. */
  readonly appEndsAt?: () => number;
}
