using System.Security.Cryptography;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.Tests.SessionApi.Transcripts.Storage;

/// <summary>A fold that was stored and restored goes on as if it had never stopped.</summary>
public sealed class FoldStateTests
{
    // What the corpus has none of, or not enough. In an order in which each line changes something.
    private static readonly string[] OddLines =
    [
        "torn{",
        "",
        """{"type":"user","isMeta":true,"message":{"role":"user","content":"meta"},"timestamp":"no time at all"}""",
        """{"type":"user","message":{"role":"user","content":"prompt 你好 \ud83d\ude00 \ud83d"},"timestamp":"2026-04-01T10:00:00+02:00","cwd":"/tmp/ä"}""",
        """{"type":"assistant","message":{"role":"assistant","content":[]},"timestamp":"2026-04-02T10:00:00.000Z","cwd":""}""",
        """{"type":"session-meta","workDir":"/w","repository":{"repoRoot":"/r"},"permissionMode":"plan","runtimeProviderId":"p","runtimeModelId":"m","effortLevel":"max"}""",
        """{"type":"worktree-state","worktreeSession":{"originalCwd":"/o","worktreePath":"/o/.claude/worktrees/x"}}""",
        """{"type":"ai-title","aiTitle":" generated   title "}""",
        """{"type":"system","subtype":"local_command","content":"<command-name>/goal</command-name><command-args>the goal</command-args>"}""",
        """{"type":"custom-title","customTitle":" mine "}""",
        """{"type":"worktree-state","worktreeSession":null}""",
        """{"type":"session-meta","runtimeProviderId":null,"runtimeModelId":null,"repository":null}""",
        """{"type":"user","message":{"role":"user","content":"x"},"timestamp":"2026-04-03T10:00:00Z"}{"type":"custom-title","customTitle":"second on the line"}""",
    ];

    public static TheoryData<string> Transcripts => [.. CorpusFiles("classic"), .. CorpusFiles("current"), ""];

    [Theory]
    [MemberData(nameof(Transcripts))]
    public void Restore_AtEveryLine_GoesOnLikeAFoldFromTheStart(string file)
    {
        var lines = (file.Length == 0 ? OddLines : File.ReadAllLines(file)).Select(System.Text.Encoding.UTF8.GetBytes).ToArray();
        var whole = new TranscriptFold();
        foreach (var line in lines)
        {
            whole.Fold(line);
        }

        var expected = Visible(whole);
        var fold = new TranscriptFold();
        for (var cut = 0; cut <= lines.Length; cut++)
        {
            var restored = Restored(fold);
            Assert.Equal(Visible(fold), Visible(restored));
            foreach (var line in lines.AsSpan(cut))
            {
                restored.Fold(line);
            }

            Assert.Equal(expected, Visible(restored));
            Assert.Equal(StateOf(whole), StateOf(restored));
            if (cut < lines.Length)
            {
                fold.Fold(lines[cut]);
            }
        }
    }

    [Fact]
    public void Read_AnyBitFlippedOrAnyEndCutOff_IsRefused()
    {
        var fold = new TranscriptFold();
        foreach (var line in OddLines)
        {
            fold.Fold(System.Text.Encoding.UTF8.GetBytes(line));
        }

        var state = StateOf(fold);
        Assert.True(StoredTranscript.TryRead(state, null, null, new SharedTexts(), out _));
        for (var bit = 0; bit < state.Length * 8; bit++)
        {
            var flipped = state.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(StoredTranscript.TryRead(flipped, null, null, new SharedTexts(), out _));
        }

        for (var length = 0; length < state.Length; length++)
        {
            Assert.False(StoredTranscript.TryRead(state.AsSpan(0, length), null, null, new SharedTexts(), out _));
        }
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(63L)]
    [InlineData(64L)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Number_WrittenAndRead_IsTheSame(long value)
    {
        var writer = new StateWriter();
        writer.Number(value);

        var reader = new StateReader(writer.Written, new SharedTexts());

        Assert.Equal(value, reader.Number());
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void Version_FoldOfTheCorpus_IsTheOneThatItWasRaisedFor()
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var lines in CorpusFiles("classic").Concat(CorpusFiles("current")).Select(File.ReadAllLines).Append(OddLines))
        {
            var fold = new TranscriptFold();
            foreach (var line in lines)
            {
                fold.Fold(System.Text.Encoding.UTF8.GetBytes(line));
            }

            all.AppendData(StateOf(fold));
        }

        // When this fails, stored folds no longer fit: raise TranscriptFold.StateVersion, and put the new hash here.
        Assert.Equal((2, "03594178260BD9AF"), (TranscriptFold.StateVersion, Convert.ToHexString(all.GetHashAndReset())[..16]));
    }

    private static TranscriptFold Restored(TranscriptFold fold)
    {
        Assert.True(StoredTranscript.TryRead(StateOf(fold), null, null, new SharedTexts(), out var stored));
        return stored.Fold;
    }

    private static byte[] StateOf(TranscriptFold fold)
    {
        var writer = new StateWriter();
        new StoredTranscript(null, null, 123, ulong.MaxValue - 1, new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero), fold).WriteState(writer);
        return writer.Written.ToArray();
    }

    // Every public property, so that one that is added later is compared as well.
    private static string Visible(TranscriptFold fold) => string.Join('\n', Properties(fold).Concat(Properties(fold.Meta)));

    private static IEnumerable<string> Properties(object of) =>
        of.GetType().GetProperties().Where(property => property.PropertyType != typeof(SessionMetadata)).Select(property => $"{property.Name}: {property.GetValue(of)}");

    private static IEnumerable<string> CorpusFiles(string style) =>
        Directory.GetFiles(TranscriptHome.CorpusDirectory(style), "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
}
