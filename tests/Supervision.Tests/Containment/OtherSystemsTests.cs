using System.Text;
using Sidecar.Supervision.Containment;

namespace Sidecar.Tests.Supervision.Containment;

/// <summary>What the containment of macOS and Windows has that can be checked on any system.</summary>
public sealed class OtherSystemsTests
{
    [Theory]
    [InlineData("RUN", "1")]
    [InlineData("EMPTY", "")]
    [InlineData("ARGUMENT", null)]
    [InlineData("RU", null)]
    [InlineData("BEHIND", null)]
    public void ProcessArgumentsBlock_OfMacOs_HasTheEnvironmentBehindTheArguments(string name, string? value)
    {
        byte[] block = [2, 0, 0, 0, .. Encoding.UTF8.GetBytes("/bin/sh\0\0\0\0sh\0ARGUMENT=2\0EMPTY=\0RUN=1\0\0BEHIND=3\0")];

        Assert.Equal(value, ProcessArgumentsBlock.EnvironmentValue(block, name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0002\0")]
    [InlineData("\u0009\0\0\0/bin/sh")]
    public void ProcessArgumentsBlock_CutShort_HasNoValue(string block) =>
        Assert.Null(ProcessArgumentsBlock.EnvironmentValue(Encoding.UTF8.GetBytes(block), "RUN"));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "\"\"")]
    [InlineData("a b", "\"a b\"")]
    [InlineData(@"C:\folder\", @"C:\folder\")]
    [InlineData(@"C:\a folder\", @"""C:\a folder\\""")]
    [InlineData("say \"hi\" ", @"""say \""hi\"" """)]
    [InlineData("a\\\\\"b", @"""a\\\\\""b""")]
    public void WindowsCommandLine_OfOneArgument_IsQuotedWhereNeeded(string argument, string line) =>
        Assert.Equal(line, WindowsCommandLine.Join([argument]));

    [Fact]
    public void WindowsCommandLine_OfSeveralArguments_HasThemInOrder() =>
        Assert.Equal("a \"b c\" d", WindowsCommandLine.Join(["a", "b c", "d"]));
}
