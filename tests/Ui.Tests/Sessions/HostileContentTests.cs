using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Sessions;

/// <summary>A transcript whose every text wants to be a program.</summary>
public sealed class HostileContentTests(SharedBrowser browser, HostileContentTests.HostileSystem hostile) : UiTest(browser), IClassFixture<HostileContentTests.HostileSystem>
{
    private const string Id = "5e551000-0000-4000-8000-0000000bad00";

    private static readonly string[] Attempts =
    [
        "<script>window.ran = 'script'</script>",
        "<img src=x onerror=\"window.ran = 'img'\">",
        "<svg onload=\"window.ran = 'svg'\"><script>window.ran = 'svg script'</script></svg>",
        "<iframe srcdoc=\"<script>parent.ran = 'iframe'</script>\"></iframe>",
        "<math><mtext><table><mglyph><style><img src=x onerror=\"window.ran = 'math'\"></style></mglyph></table></mtext></math>",
        "[a link](javascript:window.ran='link') and [another](JaVaScRiPt&colon;window.ran='entity') and <javascript:window.ran='autolink'>",
        "[data](data:text/html,<script>opener.ran='data'</script>) [vb](vbscript:x) [tab](java\tscript:window.ran='tab') [file](file:///etc/passwd)",
        "![picture](https://pictures.invalid/p.png \"x\\\" onload=window.ran='title'\") ![p](javascript:window.ran='image')",
        "`<img src=x onerror=window.ran='code'>`",
        "```\"><script>window.ran='fence'</script>\n</code></pre><img src=x onerror=window.ran='in fence'>\n```",
        "| a <img src=x onerror=window.ran='table'> | b |\n|---|---|\n| <script>window.ran='cell'</script> | [x](javascript:window.ran='cell') |",
        "# <img src=x onerror=window.ran='heading'>\n\n> <svg/onload=window.ran='quote'>\n\n- <details open ontoggle=window.ran='list'>",
        "<a href=\"javascript:window.ran='anchor'\" onclick=\"window.ran='click'\">click</a> <form action=javascript:window.ran='form'><button>go</button></form>",
        "<link rel=stylesheet href=https://styles.invalid/s.css><meta http-equiv=refresh content=\"0;url=javascript:window.ran='meta'\"><base href=https://base.invalid/>",
        "\u001b]8;;javascript:window.ran='ansi'\u0007ansi link\u001b]8;;\u0007 \u001b[31m<img src=x onerror=window.ran='ansi'>\u001b[0m",
    ];

    [Fact]
    public async Task Transcript_ThatWantsToBeAProgram_IsText()
    {
        var asked = new List<string>();
        var page = await OpenAsync(hostile.System, "/");
        page.Page.Context.Request += (_, request) => asked.Add(request.Url);
        page.Page.Context.Page += (_, _) => asked.Add("another page");
        page.Page.Dialog += (_, dialog) => asked.Add($"dialog {dialog.Message}");

        await page.RowOf(Id).First.ClickAsync();
        await page.IsLiveAsync();
        await Assertions.Expect(page.Answers.Last).ToContainTextAsync("ansi link");
        await page.Transcript.EvaluateAsync("transcript => { transcript.scrollTop = 0; }"); // the newest come first
        await Assertions.Expect(page.Answers).ToHaveCountAsync(Attempts.Length);
        await page.Page.EvaluateAsync("() => document.querySelectorAll('#transcript details').forEach(part => { part.open = true; })");
        await Assertions.Expect(page.Transcript).ToContainTextAsync("window.ran = 'script'");
        await ClickAllLinksAsync(page);

        Assert.Null(await page.Page.EvaluateAsync<string?>("() => window.ran ?? null"));
        Assert.Equal(0, await page.Transcript.Locator("script, iframe, form, style, link, meta, base, object, embed, [onerror], [onload], [onclick], [ontoggle], [srcdoc]").CountAsync());
        Assert.All(await LinksAsync(page), link => Assert.StartsWith("http", link, StringComparison.Ordinal));
        Assert.DoesNotContain(asked, url => !url.StartsWith($"http://127.0.0.1:{hostile.System.Port}/", StringComparison.Ordinal) && !url.StartsWith("ws", StringComparison.Ordinal));
        await Assertions.Expect(page.Page).ToHaveURLAsync($"http://127.0.0.1:{hostile.System.Port}/sessions/{Id}");
    }

    [Fact]
    public async Task List_OfHostileTitles_IsText()
    {
        var page = await OpenAsync(hostile.System, "/");

        await Assertions.Expect(page.RowOf(Id).First.Locator(".row-title")).ToContainTextAsync("onerror=\"window.ran = 'img'\"");
        await page.Search.FillAsync("onerror");
        await Assertions.Expect(page.List.Locator("[data-hit] mark").First).ToHaveTextAsync("onerror");

        Assert.Null(await page.Page.EvaluateAsync<string?>("() => window.ran ?? null"));
        Assert.Equal(0, await page.List.Locator("script, img, svg[onload], iframe").CountAsync());
    }

    /// <summary>Each was worth seconds to hours when the patterns of the blocks could divide a line in many ways.</summary>
    [Fact]
    public async Task Markdown_OfLinesThatAreMadeToBeSlow_IsRenderedAtOnce()
    {
        (string Beginning, string Repeated, string End)[] lines =
        [
            ("# a", " ", "b"), ("# a", "\t", "b"), ("## ", "#", " x"), ("a", " ", "b\nc"), ("```", " ", "`"), ("```a", "\t", "b`"), ("", "~", "`"), ("", "`", "x"),
            ("- ", " ", "\u2028x"), ("|a|\n|-|-", " ", "x"), ("|a|\n|-|-|", "-|", "x"), ("", "- ", "x"), ("", "[", "x"), ("", "*a ", "x"), ("", "_a ", "x"), ("", "> ", "x"),
        ];
        var page = await OpenAsync(hostile.System, "/");

        foreach (var (beginning, repeated, end) in lines)
        {
            var milliseconds = await page.Page.EvaluateAsync<double>(
                """
                async ([beginning, repeated, end]) => {
                    const { markdown } = await import("/js/session/markdown.js");
                    const text = beginning + repeated.repeat(60000 / repeated.length) + end;
                    const start = performance.now();
                    markdown(text);
                    return performance.now() - start;
                }
                """,
                new[] { beginning, repeated, end });
            Assert.True(milliseconds < 2000, $"\"{beginning}\", then \"{repeated}\" again and again, then \"{end}\": {milliseconds} ms");
        }
    }

    [Fact]
    public async Task Markdown_OfABlock_IsThatElement()
    {
        (string Source, string Html)[] blocks =
        [
            ("# Title #", "<h2>Title</h2>"),
            ("##   Two  words ## ", "<h3>Two  words</h3>"),
            ("# C#", "<h2>C#</h2>"),
            ("#", "<p>#</p>"),
            ("a  \nb", "<p>a<br>b</p>"),
            ("-   far", "<ul><li>far</li></ul>"),
            ("~~~ js x\na\n~~~", "<pre class=\"code\" data-language=\"js\" tabindex=\"0\"><code>a</code></pre>"),
            ("``a`b``", "<p><code>a`b</code></p>"),
        ];
        var page = await OpenAsync(hostile.System, "/");

        foreach (var (source, html) in blocks)
        {
            Assert.Equal(html, await page.Page.EvaluateAsync<string>(
                """
                async source => {
                    const { markdown } = await import("/js/session/markdown.js");
                    const place = document.createElement("div");
                    place.append(markdown(source));
                    return place.innerHTML;
                }
                """,
                source));
        }
    }

    private static Task<string[]> LinksAsync(UiPage page) =>
        page.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('#transcript a[href]')].map(link => link.href)");

    // Those that lead away are not followed: only that nothing runs is asked.
    private static async Task ClickAllLinksAsync(UiPage page) => await page.Page.EvaluateAsync(
        """
        () => document.querySelectorAll("#transcript a").forEach(link => {
            if (!/^https?:/.test(link.protocol)) link.click();
        })
        """);

    /// <summary>A system with that transcript.</summary>
    public sealed class HostileSystem() : UiSystem()
    {
        private protected override void Prepare(TemporaryFolder folder)
        {
            var file = Path.Combine(folder.CreateFolder("config", "projects", "-work-hostile"), $"{Id}.jsonl");
            File.WriteAllLines(file, Attempts.SelectMany(Turn));
        }

        private static IEnumerable<string> Turn(string attempt, int index)
        {
            string Uuid(int step) => $"00000000-0000-4000-8000-0000000{index:000}{step:00}";
            string Line(int step, string type, JsonNode content, bool isAnswer) => new JsonObject
            {
                ["parentUuid"] = step == 0 && index == 0 ? null : Uuid(0),
                ["isSidechain"] = false,
                ["type"] = type,
                ["message"] = isAnswer
                    ? new JsonObject { ["id"] = $"m{index}-{step}", ["type"] = "message", ["role"] = "assistant", ["model"] = attempt, ["content"] = content }
                    : new JsonObject { ["role"] = "user", ["content"] = content },
                ["uuid"] = Uuid(step),
                ["timestamp"] = $"2026-02-01T10:{index:00}:{step:00}.000Z",
                ["cwd"] = "/work/hostile",
                ["sessionId"] = Id,
            }.ToJsonString(new JsonSerializerOptions(JsonSerializerOptions.Default));

            yield return Line(0, "user", attempt, isAnswer: false);
            yield return Line(1, "assistant", new JsonArray(new JsonObject { ["type"] = "thinking", ["thinking"] = attempt, ["signature"] = "s" }), isAnswer: true);
            yield return Line(
                2,
                "assistant",
                new JsonArray(new JsonObject
                {
                    ["type"] = "tool_use",
                    ["id"] = $"t{index}",
                    ["name"] = index % 3 == 0 ? "Edit" : index % 3 == 1 ? "Bash" : attempt,
                    ["input"] = new JsonObject
                    {
                        ["command"] = attempt,
                        ["description"] = attempt,
                        ["file_path"] = $"/tmp/{attempt}",
                        ["old_string"] = attempt,
                        ["new_string"] = $"{attempt}\n{attempt}",
                    },
                }),
                isAnswer: true);
            yield return Line(
                3,
                "user",
                new JsonArray(new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = $"t{index}", ["content"] = attempt, ["is_error"] = index % 2 == 0 }),
                isAnswer: false);
            yield return Line(4, "assistant", new JsonArray(new JsonObject { ["type"] = "text", ["text"] = attempt }), isAnswer: true);
        }
    }
}
