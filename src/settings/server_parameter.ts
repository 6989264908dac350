/** One server option; its default is a text that its reader reads. */
export interface ServerParameter {
  flag: string;
  env: string;
  default: string;
  about: string;
  /** Whether the flag takes no value: it alone means `true`. */
  isSwitch?: boolean;
  /** What it may be, in words. */
  form: string;
  /** The value, or null when the text has another form. */
  read(text: string): unknown;
}
