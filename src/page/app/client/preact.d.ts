// As much of Preact as the page uses; the types of htm's own package lead to a package that it does
// not have.

/** What a component shows. */
export interface Shown {
  readonly type: unknown;
}

export function html(strings: TemplateStringsArray, ...values: unknown[]): Shown;
export function render(shown: Shown, parent: EventTarget): void;
export function useState<T>(
  initial: T | (() => T),
): [T, (next: T | ((previous: T) => T)) => void];
export function useEffect(run: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useRef<T>(initial: T | null): { current: T | null };
