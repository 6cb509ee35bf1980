import type { JSX } from "preact";

const paths = {
  send: "M12 19V5m-6 6 6-6 6 6",
  stop: "M7 7h10v10H7z",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  done: "m5 12.5 4.5 4.5L19 7.5",
  retry: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.4M20 4v5.4h-5.4",
  up: "M7 11v9H4v-9zm0 0 4-8c1.4 0 2.4 1 2.4 2.4V9H19a1.6 1.6 0 0 1 1.6 1.9l-1.3 7A2.4 2.4 0 0 1 17 20H7",
  down: "M17 13V4h3v9zm0 0-4 8c-1.4 0-2.4-1-2.4-2.4V15H5a1.6 1.6 0 0 1-1.6-1.9l1.3-7A2.4 2.4 0 0 1 7 4h10",
  time: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zm0-14v5l3.5 2",
  open: "m8 10 4 4 4-4",
  end: "M12 5v14m-6-6 6 6 6-6",
  fresh: "M12 5v14M5 12h14",
  close: "m6 6 12 12M18 6 6 18",
  dark: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
  light:
    "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm0-13.5v2m0 15v2M4.6 4.6 6 6m12 12 1.4 1.4M2.5 12h2m15 0h2M4.6 19.4 6 18M18 6l1.4-1.4",
  chat: "M4 5h16v11h-9l-5 4v-4H4z",
  notice: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zm0-10v5m0-8.5v.01",
} as const;

export type IconName = keyof typeof paths;

export const Icon = ({ name }: { readonly name: IconName }): JSX.Element => (
  <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);

interface IconButtonProperties {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly isPressed?: boolean;
  readonly isExpanded?: boolean;
}

export const IconButton = ({
  icon,
  label,
  onClick,
  isPressed,
  isExpanded,
}: IconButtonProperties): JSX.Element => (
  <button
    type="button"
    class="icon-button"
    title={label}
    aria-label={label}
    aria-pressed={isPressed}
    aria-expanded={isExpanded}
    onClick={onClick}
  >
    <Icon name={icon} />
  </button>
);
