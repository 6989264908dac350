/**
 * A compiler transform that records, in a custom section, what as-bind 0.8 needs to carry strings
 * over the boundary: the types of every exported function and the ids of their classes.
 *
 * as-bind ships a transform of its own, which supports AssemblyScript 0.19 only; this one writes
 * the same section ("as-bind_bindings", JSON) from the program model of AssemblyScript 0.28.
 */

interface Class {
  id: number;
  internalName: string;
  nextMemoryOffset: number;
}

interface Type {
  getClass(): Class | null;
  toString(): string;
}

interface FunctionInstance {
  name: string;
  signature: { returnType: Type; parameterTypes: Type[] };
}

interface Program {
  elementsByDeclaration: Map<unknown, { name: string; instances?: Map<string, FunctionInstance> }>;
}

/** The part of a Binaryen module that this transform uses. */
interface Module {
  addCustomSection(name: string, contents: Uint8Array): void;
  getNumExports(): number;
  getExportByIndex(index: number): number;
}

interface Binaryen {
  getExportInfo(reference: number): { name: string };
}

const typeName = (type: Type): string => type.getClass()?.internalName ?? type.toString();

/** asc copies `program` and `binaryen` onto the prototype before it makes an instance. */
export class AsBindTransform {
  declare program: Program;
  declare binaryen: Binaryen;

  afterCompile(module: Module): void {
    const exported = new Set<string>();
    for (let i = 0; i < module.getNumExports(); i++) {
      exported.add(this.binaryen.getExportInfo(module.getExportByIndex(i)).name);
    }
    const exportedFunctions: Record<string, { returnType: string; parameters: string[] }> = {};
    const typeIds: Record<string, { id: number; byteSize: number }> = {};
    for (const element of this.program.elementsByDeclaration.values()) {
      const instance = element.instances?.get("");
      if (!instance?.signature || !exported.has(element.name)) continue;
      const { returnType, parameterTypes } = instance.signature;
      exportedFunctions[element.name] = {
        returnType: typeName(returnType),
        parameters: parameterTypes.map(typeName),
      };
      for (const type of [returnType, ...parameterTypes]) {
        const cls = type.getClass();
        if (cls) typeIds[cls.internalName] = { id: cls.id, byteSize: cls.nextMemoryOffset };
      }
    }
    const section = JSON.stringify({ typeIds, importedFunctions: {}, exportedFunctions });
    module.addCustomSection("as-bind_bindings", new TextEncoder().encode(section));
  }
}
