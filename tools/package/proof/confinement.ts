import { spawnSync } from "node:child_process";
import { AppError } from "../../../src/shared/app-error.ts";

/** A way to run a program that can write to nothing but two folders. */
export interface Confinement {
  readonly about: string;
  /** What stands before the program. */
  readonly words: readonly string[];
}

export interface Places {
  /** Where the package lies unpacked. */
  readonly app: string;
  /** What may be written to. */
  readonly share: string;
  readonly temporary: string;
}

/** The rest of the disk read-only; loopback up, where the network is one of its own; then whatever follows. */
const ownWorld = `set -e
mount --make-rprivate / || true
for folder in "$1" "$2"; do mount --bind "$folder" "$folder"; done
mount --bind "$3" "$3"; mount -o remount,ro,bind "$3"
mount -o remount,ro,bind /
if [ "$4" = --net ]; then ip link set lo up; fi
shift 4; exec "$@"`;

const unprivileged = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/** Root then needs the permissions of a file's mode as anybody does. */
const modestRoot = [
  "setpriv",
  "--bounding-set=-dac_override,-dac_read_search",
  "--inh-caps=-dac_override,-dac_read_search",
];

const onlyTheseFolders = "the disk read-only but for its temporary folder and the share";

const waysFor = ({ app, share, temporary }: Places): readonly Confinement[] => {
  const isRoot = process.getuid?.() === 0;
  // a minimal system has no `ip`, which makes loopback work in a network of its own
  const worlds = ["--net", "--mount"].flatMap((kind) => {
    const words = ["--mount", kind, "sh", "-c", ownWorld, "sh", share, temporary, app, kind];
    const about = `${onlyTheseFolders}${kind === "--net" ? ", no network but loopback" : ""}`;
    return isRoot
      ? [
          { about: `user nobody, ${about} (unshare)`, words: ["unshare", ...words, ...unprivileged] },
          { about: `root, ${about} (unshare)`, words: ["unshare", ...words] },
        ]
      : [
          {
            about: `${about} (unshare in a user namespace)`,
            words: ["unshare", "--map-root-user", ...words],
          },
        ];
  });
  const byMode = isRoot
    ? [
        {
          about: "user nobody, who may write to the temporary folder and the share alone (setpriv)",
          words: unprivileged,
        },
        { about: "root, without write permission in the package's folder (setpriv)", words: modestRoot },
      ]
    : [{ about: "this user, without write permission in the package's folder", words: [] }];
  return [...worlds, ...byMode];
};

/** Finds the strictest way that this machine permits. `probe` is a program that exits with 0 when it is confined. */
export const findConfinement = (places: Places, probe: readonly string[]): Confinement => {
  const refusals: string[] = [];
  for (const way of waysFor(places)) {
    const [program = "", ...words] = [...way.words, ...probe];
    const { status, stderr, error } = spawnSync(program, words, { encoding: "utf8", timeout: 30_000 });
    if (status === 0) return way;
    refusals.push(error?.message ?? stderr.trim().split("\n").at(-1) ?? `exit ${status}`);
  }
  throw new AppError("internal", `The package cannot be confined on this machine: ${refusals.join("; ")}.`);
};
