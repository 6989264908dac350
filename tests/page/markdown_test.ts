import { assertEquals } from "@std/assert";
import { renderMarkdown } from "../../src/page/markdown.ts";

function render(text: string, resolve: (target: string) => string | undefined = () => undefined) {
  const { title, introduction, sections } = renderMarkdown(text, resolve);
  return {
    title,
    introduction: String(introduction).trim(),
    sections: sections.map(({ content, ...rest }) => ({
      ...rest,
      content: String(content).trim(),
    })),
  };
}

Deno.test("renderMarkdown() makes a section of each heading of the second level", () => {
  const text = "# The `title`\n\nFirst.\n\n## A & b\n\nOne.\n\n### Deep\n\n## Empty\n";
  assertEquals(render(text), {
    title: "The title",
    introduction: "<p>First.</p>",
    sections: [
      {
        id: "a--b",
        title: "A & b",
        content: '<p>One.</p>\n<h3 id="deep">Deep</h3>',
        entries: [{ id: "deep", title: "Deep" }],
      },
      { id: "empty", title: "Empty", content: "", entries: [] },
    ],
  });
});

Deno.test("renderMarkdown() leaves out contents, which a page has by itself", () => {
  const text = "# A\n\n[One](#one) · [Two\nwords](#two)\n· [Three](#three)\n\nSee [One](#one)\n";
  assertEquals(render(text, (target) => target).introduction, '<p>See <a href="#one">One</a></p>');
});

Deno.test("renderMarkdown() shows HTML and images as text", () => {
  const text = "<script>alert(1)</script>\n\na <b onclick='x'>b</b> ![pixel](http://x/y.png)\n";
  const { introduction } = render(text);
  assertEquals(
    introduction.replaceAll("\n", ""),
    "&lt;script&gt;alert(1)&lt;/script&gt;" +
      "<p>a &lt;b onclick=&#39;x&#39;&gt;b&lt;/b&gt; pixel</p>",
  );
});

Deno.test("renderMarkdown() leads links where they are resolved, and leaves the text of others", () => {
  const resolve = (target: string) => target === "a.md#b" ? 'x"y' : undefined;
  const { introduction } = render("[`A`](a.md#b) [B](javascript:alert(1)) <http://c>", resolve);
  assertEquals(introduction, '<p><a href="x&quot;y"><code>A</code></a> B http://c</p>');
});

Deno.test("renderMarkdown() escapes code and keeps bars in cells of tables", () => {
  const { introduction } = render("| a |\n| - |\n| `x\\|<y>` |\n");
  assertEquals(introduction.includes("<td><code>x|&lt;y&gt;</code></td>"), true, introduction);
});
