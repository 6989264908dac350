import {
  type AscCompiler,
  type AscNode,
  type AscType,
  Compiler,
  OperatorKind,
  UnaryOp,
} from "./asc_api.ts";
import { SOURCE_PATH } from "./survey.ts";

/**
 * Has an empty text of a kernel be false, as in JavaScript, where it decides something by itself:
 * in `if (text)`, `text ? a : b`, `text || other` and loops. asc asks there only whether it is null,
 * though its `!text` is true for an empty text. What its own library decides stays. To be called once.
 */
export function makeEmptyTextsFalse(): void {
  const { makeIsTrueish } = Compiler.prototype;
  Compiler.prototype.makeIsTrueish = function (
    this: AscCompiler,
    value: number,
    type: AscType,
    place: AscNode,
  ): number {
    const { stringInstance } = this.program;
    if (type.getClass() !== stringInstance || place.range.source.normalizedPath !== SOURCE_PATH) {
      return makeIsTrueish.call(this, value, type, place);
    }
    const { currentType } = this;
    const isEmpty = this.makeCallDirect(
      stringInstance.lookupOverload(OperatorKind.Not)!,
      [value],
      place,
    );
    this.currentType = currentType;
    return this.module.unary(UnaryOp.EqzI32, isEmpty);
  };
}
