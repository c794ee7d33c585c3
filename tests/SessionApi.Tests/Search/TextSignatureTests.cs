using System.Text;
using Sidecar.SessionApi.Search.Index;
using Sidecar.SessionApi.Search.Texts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.Tests.SessionApi.Search;

public sealed class TextSignatureTests
{
    private static readonly string[] Words = ["session", "größe", "会话列表", "x", "retry", "\n", "👩‍💻", " "];

    [Theory]
    [InlineData(50)]
    [InlineData(5_000)]
    [InlineData(100_000)]
    public void Signature_OfAText_HasAllThatIsInIt(int length)
    {
        var text = Text(length);
        var signature = TextSignature.Of(text);
        var random = new Random(3);

        Assert.True((signature.Length & (signature.Length - 1)) == 0, "a power of two");
        for (var i = 0; i < 500; i++)
        {
            var start = random.Next(text.Length);
            var part = text.AsSpan(start, random.Next(1, Math.Min(30, text.Length - start) + 1));
            Assert.True(TextSignature.MayHold(signature, TextSignature.GramsOf(part)));
        }
    }

    [Fact]
    public void Signature_OfAText_LacksMostOfWhatIsNotInIt()
    {
        var signature = TextSignature.Of(Text(60_000));
        var random = new Random(4);

        var passed = Enumerable.Range(0, 1000).Count(_ =>
            TextSignature.MayHold(signature, TextSignature.GramsOf([.. Enumerable.Range(0, 6).Select(_ => (byte)random.Next(128, 256))])));

        Assert.InRange(passed, 0, 20);
    }

    [Fact]
    public void Chunk_OfManyTexts_ComesBackAsItWas()
    {
        var chunk = new TextChunk();
        var places = Enumerable.Range(0, 300).Select(i => new TextPlace(i * 1000L * i, 700 + i, 1 + (3 * i), 40 + (i % 7))).ToList();
        places.ForEach(place => chunk.Add($"Text {place.LineNumber} Größe 会话", place));
        var written = new StateWriter();
        chunk.WritePlaces(written);
        var text = new byte[chunk.Text.Length];

        TextChunk.Unpack(chunk.Pack(), text);

        Assert.Equal(chunk.Text, text);
        Assert.Equal(places, TextChunk.ReadPlaces(written.Written));
        Assert.StartsWith("text 1 größe 会话", Encoding.UTF8.GetString(text), StringComparison.Ordinal);
        Assert.Equal(299, text.Count(value => value == TextChunk.Separator));
    }

    private static byte[] Text(int length)
    {
        var random = new Random(length);
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(Words[random.Next(Words.Length)]).Append(random.Next(100));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
