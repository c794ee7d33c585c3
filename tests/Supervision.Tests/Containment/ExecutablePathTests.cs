using Sidecar.Supervision.Containment;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.Supervision.Containment;

public sealed class ExecutablePathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Find_NameInSeveralFolders_IsTheFirstThatCanBeExecuted()
    {
        Make("no-right/tool", executable: false);
        _folder.CreateFolder("a-folder", "tool");
        var first = Make("first/tool", executable: true);
        Make("second/tool", executable: true);
        var path = string.Join(Path.PathSeparator, _folder["missing"], "", _folder["no-right"], _folder["a-folder"], _folder["first"], _folder["second"]);

        Assert.Equal(first, ExecutablePath.Find("tool", path));
    }

    [Fact]
    public void Find_WithADirectory_LooksOnlyThere()
    {
        var tool = Make("bin/tool", executable: true);

        Assert.Equal(tool, ExecutablePath.Find(_folder["bin", "..", "bin", "tool"], searchPath: null));
        Assert.Null(ExecutablePath.Find("./tool", _folder["bin"]));
    }

    [Fact]
    public void Find_NothingToExecute_IsNull()
    {
        Make("bin/text", executable: false);

        Assert.Null(ExecutablePath.Find("text", _folder["bin"]));
        Assert.Null(ExecutablePath.Find(_folder["bin", "text"], null));
        Assert.Null(ExecutablePath.Find("no-such-tool", _folder["bin"]));
        Assert.Null(ExecutablePath.Find("sh", null));
    }

    public void Dispose() => _folder.Dispose();

    private string Make(string name, bool executable)
    {
        var path = _folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "#!/bin/sh\n");
        File.SetUnixFileMode(path, executable ? UnixFileMode.UserRead | UnixFileMode.UserExecute : UnixFileMode.UserRead);
        return path;
    }
}
