using System.Text;
using System.Text.Json;
using Sidecar.SessionApi.Workspaces;
using Sidecar.Tests.SessionApi.Git;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Workspaces;

public sealed class WorkspaceFileTests : IAsyncDisposable
{
    private readonly WorkspaceServer _server = new();

    [Theory]
    [InlineData("..")]
    [InlineData("../secret")]
    [InlineData("sub/../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("out")]
    [InlineData("out/secret")]
    [InlineData("out-file")]
    [InlineData("chain")]
    [InlineData("a\0b")]
    public async Task AnyResource_PathThatLeadsOut_IsForbidden(string path)
    {
        Directory.CreateDirectory(_server.Repository.Beside("outside"));
        await File.WriteAllTextAsync(Path.Combine(_server.Repository.Beside("outside"), "secret"), "secret");
        Directory.CreateSymbolicLink(Path.Combine(_server.Repository.Path, "out"), _server.Repository.Beside("outside"));
        File.CreateSymbolicLink(Path.Combine(_server.Repository.Path, "out-file"), "../outside/secret");
        File.CreateSymbolicLink(Path.Combine(_server.Repository.Path, "chain"), "out/secret");

        foreach (var resource in new[] { "tree", "file", "diff", "search" })
        {
            using var response = await _server.SendAsync(resource, ("path", path));
            await response.ErrorAsync(403, "FORBIDDEN");
        }
    }

    [Fact]
    public async Task AnyResource_FolderWhoseNameBeginsLikeTheWorkspace_IsForbidden()
    {
        Directory.CreateDirectory(_server.Repository.Beside("app-other"));

        using var response = await _server.SendAsync("tree", ("path", _server.Repository.Beside("app-other")));

        await response.ErrorAsync(403, "FORBIDDEN");
    }

    [Theory]
    [InlineData("status")]
    [InlineData("tree")]
    [InlineData("file")]
    [InlineData("diff")]
    [InlineData("search")]
    public async Task AnyResource_UnknownSession_IsNotFound(string resource)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.GetAsync($"/api/sessions/6f1c0000-0000-4000-8000-00000000000f/workspace/{resource}?path=a");

        await response.ErrorAsync(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Tree_Folder_ListsFoldersFirstAndHidesWhatIsHidden()
    {
        _server.Repository.Write("b/inner.txt", "");
        _server.Repository.Write("A.txt", "");
        _server.Repository.Write("-x y", "");
        _server.Repository.Write(".hidden", "");
        File.CreateSymbolicLink(Path.Combine(_server.Repository.Path, "z-link"), "b");

        var tree = await _server.GetAsync("tree");
        var all = await _server.GetAsync("tree", ("showHidden", "true"));

        Assert.Equal(["b", "z-link", "-x y", "A.txt", "readme.txt"], Names(tree));
        Assert.Equal(["b", "z-link", "-x y", ".hidden", "A.txt", "readme.txt"], Names(all));
        var link = tree.GetProperty("entries")[1];
        Assert.True(link.GetProperty("isSymlink").GetBoolean() && link.GetProperty("isDirectory").GetBoolean());
        Assert.Equal("b/inner.txt", (await _server.GetAsync("tree", ("path", "b"))).GetProperty("entries")[0].GetProperty("path").GetString());
        Assert.Equal("error", (await _server.GetAsync("tree", ("path", "A.txt"))).GetProperty("state").GetString());
        Assert.Equal("missing", (await _server.GetAsync("tree", ("path", "nothing"))).GetProperty("state").GetString());
    }

    [Fact]
    public async Task File_Text_IsShownWithItsLanguage()
    {
        _server.Repository.Write("sub/a b.cs", "class A;\n");
        _server.Repository.Write("größe 日本.md", "größe");

        Assert.Equal(
            """{"state":"ok","path":"sub/a b.cs","language":"csharp","size":9,"previewType":"text","content":"class A;\n","readBytes":9}""",
            (await _server.GetAsync("file", ("path", "sub/a b.cs"))).GetRawText());
        Assert.Equal("größe", (await _server.GetAsync("file", ("path", "größe 日本.md"))).GetProperty("content").GetString());
    }

    [Fact]
    public async Task File_LongText_IsCutBetweenCharacters()
    {
        _server.Repository.Write("long.txt", string.Concat(Enumerable.Repeat("日", 400_000)));

        var file = await _server.GetAsync("file", ("path", "long.txt"));

        Assert.True(file.GetProperty("truncated").GetBoolean());
        Assert.Equal(1_200_000, file.GetProperty("size").GetInt64());
        Assert.Equal(WorkspacePreview.MaxBytes - 1, file.GetProperty("readBytes").GetInt64());
        Assert.Equal(new string('日', (WorkspacePreview.MaxBytes - 1) / 3), file.GetProperty("content").GetString());
    }

    [Fact]
    public async Task File_WithAMark_IsReadInItsEncoding()
    {
        await File.WriteAllTextAsync(Path.Combine(_server.Repository.Path, "wide.txt"), "größe", Encoding.Unicode);
        await File.WriteAllTextAsync(Path.Combine(_server.Repository.Path, "marked.txt"), "größe", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal("größe", (await _server.GetAsync("file", ("path", "wide.txt"))).GetProperty("content").GetString());
        Assert.Equal("größe", (await _server.GetAsync("file", ("path", "marked.txt"))).GetProperty("content").GetString());
    }

    [Fact]
    public async Task File_Binary_IsNotShown()
    {
        await File.WriteAllBytesAsync(Path.Combine(_server.Repository.Path, "data"), [1, 0, 2]);
        await File.WriteAllBytesAsync(Path.Combine(_server.Repository.Path, "small.png"), [1, 0, 2]);
        await File.WriteAllBytesAsync(Path.Combine(_server.Repository.Path, "large.png"), new byte[WorkspacePreview.MaxBytes + 1]);

        Assert.Equal("binary", (await _server.GetAsync("file", ("path", "data"))).GetProperty("state").GetString());
        var image = await _server.GetAsync("file", ("path", "small.png"));
        Assert.Equal("image", image.GetProperty("previewType").GetString());
        Assert.Equal("data:image/png;base64,AQAC", image.GetProperty("dataUrl").GetString());
        Assert.Equal("too_large", (await _server.GetAsync("file", ("path", "large.png"))).GetProperty("state").GetString());
    }

    [Fact]
    public async Task File_WhatIsNoFile_IsNotOpened()
    {
        TestRepository.Run(_server.Repository.Path, "mkfifo", "pipe");
        Directory.CreateDirectory(Path.Combine(_server.Repository.Path, "folder"));

        Assert.Equal("error", (await _server.GetAsync("file", ("path", "pipe"))).GetProperty("state").GetString());
        Assert.Equal("error", (await _server.GetAsync("file", ("path", "folder"))).GetProperty("state").GetString());
        Assert.Equal("missing", (await _server.GetAsync("file", ("path", "nothing"))).GetProperty("state").GetString());
        using var response = await _server.SendAsync("file");
        await response.ErrorAsync(400, "BAD_REQUEST");
    }

    [Theory]
    [InlineData("-x")]
    [InlineData("--output=stolen")]
    [InlineData("with space")]
    [InlineData("new\nline")]
    [InlineData("größe 日本")]
    [InlineData(":(top)magic")]
    [InlineData("*")]
    public async Task Diff_HostileName_IsThatFile(string name)
    {
        _server.Repository.Write("other.txt", "other\n");
        _server.Repository.Write(name, "before\n");

        var untracked = (await _server.GetAsync("diff", ("path", name))).GetProperty("diff").GetString()!;
        _server.Repository.Commit("all");
        var unchanged = (await _server.GetAsync("diff", ("path", name))).GetProperty("diff").GetString()!;
        _server.Repository.Write("other.txt", "changed too\n");
        _server.Repository.Write(name, "after\n");
        var changed = (await _server.GetAsync("diff", ("path", name))).GetProperty("diff").GetString()!;

        Assert.EndsWith("@@ -0,0 +1 @@\n+before\n", untracked, StringComparison.Ordinal);
        Assert.Equal("", unchanged);
        Assert.EndsWith("@@ -1 +1 @@\n-before\n+after\n", changed, StringComparison.Ordinal);
        Assert.DoesNotContain("other", changed, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_server.Repository.Path, "stolen")));
    }

    [Fact]
    public async Task Diff_DeletedAndMissingAndWhole_AreTold()
    {
        _server.Repository.Write("sub/a.txt", "a\n");
        _server.Repository.Commit("sub");
        File.Delete(Path.Combine(_server.Repository.Path, "readme.txt"));
        _server.Repository.Write("sub/a.txt", "b\n");

        Assert.Contains("-one", (await _server.GetAsync("diff", ("path", "readme.txt"))).GetProperty("diff").GetString(), StringComparison.Ordinal);
        Assert.Equal("missing", (await _server.GetAsync("diff", ("path", "never"))).GetProperty("state").GetString());
        var whole = (await _server.GetAsync("diff")).GetProperty("diff").GetString()!;
        Assert.Contains("-one", whole, StringComparison.Ordinal);
        Assert.Contains("+b", whole, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_PieceOfAName_FindsTheBestFirst()
    {
        _server.Repository.Write("src/deep/app.cs", "");
        _server.Repository.Write("src/MyApp.cs", "");
        _server.Repository.Write("app/other.txt", "");
        _server.Repository.Write(".gitignore", "ignored/\n");
        _server.Repository.Write("ignored/app.cs", "");

        var found = await _server.GetAsync("search", ("query", "APP"));
        var one = await _server.GetAsync("search", ("query", "app"), ("limit", "1"));
        var below = await _server.GetAsync("search", ("query", "app"), ("path", "src"));

        Assert.Equal(["app", "src/deep/app.cs", "src/MyApp.cs", "app/other.txt"], Paths(found));
        Assert.True(found.GetProperty("entries")[0].GetProperty("isDirectory").GetBoolean());
        Assert.Equal(["app"], Paths(one));
        Assert.True(one.GetProperty("truncated").GetBoolean());
        Assert.Equal(["src/deep/app.cs", "src/MyApp.cs"], Paths(below));
        using var refused = await _server.SendAsync("search", ("query", "app"), ("limit", "201"));
        await refused.ErrorAsync(400, "BAD_REQUEST");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static IEnumerable<string?> Names(JsonElement tree) => tree.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("name").GetString());

    private static IEnumerable<string?> Paths(JsonElement found) => found.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("path").GetString());
}
