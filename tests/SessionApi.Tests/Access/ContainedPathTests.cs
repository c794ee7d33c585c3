using Sidecar.SessionApi.Access;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Access;

/// <summary>Path traversal. Without the look at <c>..</c>, at links or at the root's end, the tests named after them fail.</summary>
public sealed class ContainedPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _root;

    public ContainedPathTests()
    {
        _root = _folder.CreateFolder("root");
        _folder.CreateFolder("root", "src");
        _folder.CreateFolder("root-other");
        File.WriteAllText(_folder["root", "src", "a.txt"], "inside");
        File.WriteAllText(_folder["secret.txt"], "outside");
        File.WriteAllText(_folder["root-other", "b.txt"], "outside");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(".", "")]
    [InlineData("src/a.txt", "/src/a.txt")]
    [InlineData("src//a.txt", "/src/a.txt")]
    [InlineData("./src/./a.txt", "/src/a.txt")]
    [InlineData("src/", "/src")]
    [InlineData("new/folder/file", "/new/folder/file")]
    [InlineData("%2e%2e/secret.txt", "/%2e%2e/secret.txt")] // decoded once by the server; what is left is a name
    [InlineData("...", "/...")]
    [InlineData("..a/b..", "/..a/b..")]
    [InlineData("name with spaces/ümlaut", "/name with spaces/ümlaut")]
    public void Path_Inside_Resolves(string path, string expected)
    {
        Assert.True(ContainedPath.TryResolve(_root, path, out var full));
        Assert.Equal(_root + expected.Replace('/', Path.DirectorySeparatorChar), full.Full);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../secret.txt")]
    [InlineData("src/../../secret.txt")]
    [InlineData("src/../src/a.txt")]
    [InlineData("src/..")]
    [InlineData("/etc/passwd")]
    [InlineData("src/a.txt\0.png")]
    [InlineData("src\n")]
    [InlineData("src/\u001b[2J")]
    public void Path_LeadsOutOrIsOdd_IsRefused(string path)
    {
        Assert.False(ContainedPath.TryResolve(_root, path, out var full));
        Assert.Null(full);
    }

    [Fact]
    public void Path_WithControlCharactersThatAreAllowed_ResolvesButForNul()
    {
        Assert.True(ContainedPath.TryResolve(_root, "src/new\nline", out var path, allowsControl: true));
        Assert.Equal("src/new\nline", path.Relative);
        Assert.False(ContainedPath.TryResolve(_root, "src/new\0line", out _, allowsControl: true));
        Assert.False(ContainedPath.TryResolve(_root, "src/../src/new\nline", out _, allowsControl: true));
    }

    [Fact]
    public void Path_AbsoluteAndInside_Resolves()
    {
        Assert.True(ContainedPath.TryResolve(_root, _folder["root", "src", "a.txt"], out var full));
        Assert.Equal(_folder["root", "src", "a.txt"], full.Full);
    }

    [Fact]
    public void Path_OfSiblingWithTheRootsNameInFront_IsRefused() =>
        Assert.False(ContainedPath.TryResolve(_root, _folder["root-other", "b.txt"], out _));

    [Fact]
    public void Path_TooLong_IsRefused() => Assert.False(ContainedPath.TryResolve(_root, new string('a', 5000), out _));

    [Fact]
    public void Root_Relative_IsRefused() => Assert.False(ContainedPath.TryResolve("root", "src", out _));

    [Fact]
    public void Link_ThatStaysInside_IsFollowed()
    {
        File.CreateSymbolicLink(_folder["root", "link"], "src/a.txt");

        Assert.True(ContainedPath.TryResolve(_root, "link", out var full));
        Assert.Equal(_folder["root", "src", "a.txt"], full.Full);
    }

    [Theory]
    [InlineData("../secret.txt", "link")]
    [InlineData("..", "link/secret.txt")]
    [InlineData("../root-other", "link/b.txt")]
    [InlineData("/etc", "link/passwd")]
    [InlineData("../not-there-yet", "link")] // a file made through it would be outside
    public void Link_ThatLeadsOut_IsRefused(string target, string path)
    {
        File.CreateSymbolicLink(_folder["root", "link"], target);

        Assert.False(ContainedPath.TryResolve(_root, path, out _));
    }

    [Fact]
    public void Link_ThroughAnotherLink_IsRefused()
    {
        File.CreateSymbolicLink(_folder["root", "first"], "second");
        File.CreateSymbolicLink(_folder["root", "second"], "../secret.txt");

        Assert.False(ContainedPath.TryResolve(_root, "first", out _));
    }

    [Fact]
    public void Link_ToItself_IsRefused()
    {
        File.CreateSymbolicLink(_folder["root", "loop"], "loop");

        Assert.False(ContainedPath.TryResolve(_root, "loop/x", out _));
    }

    [Fact]
    public void Root_ThatIsALink_IsFollowed()
    {
        File.CreateSymbolicLink(_folder["entry"], _root);

        Assert.True(ContainedPath.TryResolve(_folder["entry"], "src/a.txt", out var relative));
        Assert.True(ContainedPath.TryResolve(_folder["entry"], _folder["entry", "src", "a.txt"], out var absolute));
        Assert.Equal((_folder["root", "src", "a.txt"], _folder["root", "src", "a.txt"]), (relative.Full, absolute.Full));
    }

    [Theory]
    [InlineData("CON")]
    [InlineData("nul")]
    [InlineData("NUL.txt")]
    [InlineData("nul .txt")]
    [InlineData("src/aux.c")]
    [InlineData("com1")]
    [InlineData("LPT\u00b2.log")]
    [InlineData("CONIN$")]
    [InlineData("a.txt:hidden")]
    [InlineData("a.txt::$DATA")]
    [InlineData("C:a.txt")]
    [InlineData("a.txt.")]
    [InlineData("a.txt ")]
    [InlineData(@"\\server\share\x")]
    [InlineData(@"\\?\C:\root\..\x")]
    [InlineData(@"\\.\pipe\x")]
    [InlineData("//server/share")]
    [InlineData(@"\windows")]
    [InlineData(@"src\..\..\x")]
    [InlineData(@"C:\root\..\x")]
    public void Path_OddOnWindows_IsNotPlainThere(string path) => Assert.False(ContainedPath.IsPlain(path, onWindows: true));

    [Theory]
    [InlineData(@"src\a.txt")]
    [InlineData("src/a.txt")]
    [InlineData(@"C:\root\a.txt")]
    [InlineData("console.log")]
    [InlineData("com10")]
    [InlineData(".git")]
    [InlineData("")]
    public void Path_OrdinaryOnWindows_IsPlainThere(string path) => Assert.True(ContainedPath.IsPlain(path, onWindows: true));

    [Theory]
    [InlineData("aux.c")]
    [InlineData("a:b")]
    public void Path_OddOnWindowsOnly_IsPlainElsewhere(string path) => Assert.True(ContainedPath.IsPlain(path, onWindows: false));

    public void Dispose() => _folder.Dispose();
}
