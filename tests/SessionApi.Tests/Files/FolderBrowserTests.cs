using System.Text.Json;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Files;

public sealed class FolderBrowserTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SessionServer _server = new();

    [Fact]
    public async Task Browse_Folder_ListsItsFolders()
    {
        _folder.CreateFolder("b");
        _folder.CreateFolder("A");
        _folder.CreateFolder(".hidden");
        await File.WriteAllTextAsync(_folder["0 file"], "");
        Directory.CreateSymbolicLink(_folder["link"], _folder["b"]);

        var listing = await BrowseAsync($"path={_folder.Path}");

        Assert.Equal(_folder.Path, listing.GetProperty("currentPath").GetString());
        Assert.Equal(Path.GetDirectoryName(_folder.Path), listing.GetProperty("parentPath").GetString());
        Assert.Equal(["A", "b", "link"], Names(listing));
        Assert.Equal(["A", "b", "link", "0 file"], Names(await BrowseAsync($"path={_folder.Path}&includeFiles=true")));
        Assert.Equal([".hidden", "A", "b", "link"], Names(await BrowseAsync($"path={_folder.Path}&showHidden=1")));
        var cut = await BrowseAsync($"path={_folder.Path}&maxResults=2");
        Assert.Equal(["A", "b"], Names(cut));
        Assert.True(cut.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task Browse_NoPath_IsTheHome()
    {
        Assert.Equal(_server.Home.Base, (await BrowseAsync("")).GetProperty("currentPath").GetString());
        Assert.Equal(_server.Home.WorkDir, (await BrowseAsync("path=work")).GetProperty("currentPath").GetString());
    }

    [Fact]
    public async Task Browse_Root_IsAboveItself()
    {
        var listing = await BrowseAsync("path=/");

        Assert.Equal(("/", "/"), (listing.GetProperty("currentPath").GetString(), listing.GetProperty("parentPath").GetString()));
    }

    [Fact]
    public async Task Search_PieceOfAName_FindsFilesAndFoldersBelow()
    {
        _folder.CreateFolder("src", "app");
        _folder.CreateFolder("node_modules");
        _folder.CreateFolder(".git");
        await File.WriteAllTextAsync(_folder["src", "app", "App größe.cs"], "");
        await File.WriteAllTextAsync(_folder["node_modules", "app.js"], "");
        await File.WriteAllTextAsync(_folder[".git", "app"], "");
        await File.WriteAllTextAsync(_folder[".app"], "");
        Directory.CreateSymbolicLink(_folder["loop"], _folder.Path);

        var found = await BrowseAsync($"path={_folder.Path}&search=app");

        Assert.Equal("app", found.GetProperty("query").GetString());
        Assert.Equal(["src/app", "src/app/App größe.cs"], Names(found));
        Assert.Equal(_folder["src", "app"], found.GetProperty("entries")[0].GetProperty("path").GetString());
        Assert.Equal([".app"], Names(await BrowseAsync($"path={_folder.Path}&search=.app")));
        Assert.Equal(["src/app"], Names(await BrowseAsync($"path={_folder.Path}&search=APP&maxResults=1")));
    }

    [Theory]
    [InlineData("path=/does/not/exist", 404, "NOT_FOUND")]
    [InlineData("path=/proc/version", 400, "BAD_REQUEST")]
    [InlineData("path=%00", 400, "BAD_REQUEST")]
    [InlineData("maxResults=0", 400, "BAD_REQUEST")]
    [InlineData("maxResults=10001", 400, "BAD_REQUEST")]
    [InlineData("maxResults=x", 400, "BAD_REQUEST")]
    public async Task Browse_WhatCannotBe_SaysWhy(string query, int status, string code)
    {
        using var client = _server.CreateClient();

        using var response = await client.GetAsync($"/api/filesystem/browse?{query}");

        Assert.NotEqual("", await response.ErrorAsync(status, code));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<JsonElement> BrowseAsync(string query)
    {
        using var client = _server.CreateClient();
        return await client.GetJsonAsync($"/api/filesystem/browse?{query}");
    }

    private static IEnumerable<string?> Names(JsonElement listing) =>
        listing.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("name").GetString());
}
