using Sidecar.Supervision.Memory;

namespace Sidecar.Tests.Supervision.Memory;

public sealed class ProgramPagesTests
{
    private const string Program = "/opt/a program/Service";

    [Fact]
    public void NeverWritten_CodeAndConstants_AreFound()
    {
        var ranges = ProgramPages.NeverWritten(
            [
                .. Mapping($"1000-3000 r--p 00000000 fe:00 7      {Program}", residentKibibytes: 8, anonymousKibibytes: 0),
                .. Mapping($"a000-f000 r-xp 00002000 fe:00 7      {Program}", residentKibibytes: 12, anonymousKibibytes: 0),
            ],
            Program);

        Assert.Equal([new MappedRange(0x1000, 0x2000, 8192), new MappedRange(0xa000, 0x5000, 12288)], ranges);
    }

    /// <summary>Its pages hold what is nowhere else: giving one back would be the end of the process. Fails when the anonymous part is not looked at.</summary>
    [Fact]
    public void NeverWritten_PartThatWasRelocated_IsLeftOut() =>
        Assert.Empty(ProgramPages.NeverWritten(Mapping($"1000-3000 r--p 00000000 fe:00 7 {Program}", residentKibibytes: 8, anonymousKibibytes: 4), Program));

    [Theory]
    [InlineData($"1000-3000 rw-p 00000000 fe:00 7 {Program}")]
    [InlineData($"1000-3000 r--s 00000000 fe:00 7 {Program}")]
    [InlineData("1000-3000 r--p 00000000 fe:00 7 /usr/lib/other.so")]
    [InlineData("1000-3000 r--p 00000000 00:00 0")]
    [InlineData($"1000-3000 r--p 00000000 fe:00 7 {Program} (deleted)")]
    public void NeverWritten_OtherMappings_AreLeftOut(string mapping) =>
        Assert.Empty(ProgramPages.NeverWritten(Mapping(mapping, residentKibibytes: 8, anonymousKibibytes: 0), Program));

    [Fact]
    public void GiveBack_RunningProgram_GoesOn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells of its pages in this way.");
#pragma warning disable CA1416 // Asked in the line above.
        Assert.True(ProgramPages.GiveBack() > 0); // what ran to come here
#pragma warning restore CA1416
    }

    private static string[] Mapping(string first, int residentKibibytes, int anonymousKibibytes) =>
        [first, "Size: 8 kB", $"Rss:                   {residentKibibytes} kB", $"Anonymous:             {anonymousKibibytes} kB", "VmFlags: rd ex mr mw me"];
}
