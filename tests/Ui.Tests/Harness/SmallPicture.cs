using System.Buffers.Binary;
using System.IO.Compression;

namespace Sidecar.Tests.Ui.Harness;

/// <summary>
/// Makes a browser's PNG as small as a picture in a repository should be: the 256 colours that it has most of, each other replaced by the one that is
/// nearest. A page has few grounds and letters on them, so nobody sees a difference.
/// </summary>
internal static class SmallPicture
{
    private const int MostColours = 256;

    /// <param name="png">Eight bits for each of three or four channels, not interlaced, as browsers write it.</param>
    public static byte[] Of(ReadOnlySpan<byte> png)
    {
        var (width, height, channels, pixels) = Read(png);
        var colours = new int[width * height];
        for (var i = 0; i < colours.Length; i++)
        {
            var at = i * channels;
            colours[i] = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
        }

        var palette = colours.CountBy(colour => colour).OrderByDescending(entry => entry.Value).Take(MostColours).Select(entry => entry.Key).ToArray();
        var places = new Dictionary<int, byte>();
        using var rows = new MemoryStream();
        using (var packed = new ZLibStream(rows, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var row = new byte[width + 1]; // begins with the filter: none
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    var colour = colours[(y * width) + x];
                    if (!places.TryGetValue(colour, out var place))
                    {
                        places[colour] = place = (byte)NearestOf(palette, colour);
                    }

                    row[x + 1] = place;
                }

                packed.Write(row);
            }
        }

        using var small = new MemoryStream();
        small.Write([0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 3); // eight bits, by palette
        WriteChunk(small, "IHDR"u8, header);
        WriteChunk(small, "PLTE"u8, [.. palette.SelectMany(colour => new[] { (byte)(colour >> 16), (byte)(colour >> 8), (byte)colour })]);
        WriteChunk(small, "IDAT"u8, rows.ToArray());
        WriteChunk(small, "IEND"u8, []);
        return small.ToArray();
    }

    private static int NearestOf(int[] palette, int colour)
    {
        static int Distance(int one, int other)
        {
            var (red, green, blue) = ((one >> 16) - (other >> 16), ((one >> 8) & 255) - ((other >> 8) & 255), (one & 255) - (other & 255));
            return (red * red) + (green * green) + (blue * blue);
        }

        return Array.IndexOf(palette, palette.MinBy(one => Distance(one, colour)));
    }

    private static (int Width, int Height, int Channels, byte[] Pixels) Read(ReadOnlySpan<byte> png)
    {
        var (width, height, channels) = (0, 0, 0);
        using var packed = new MemoryStream();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png[at..]);
            var type = png.Slice(at + 4, 4);
            var data = png.Slice(at + 8, length);
            if (type.SequenceEqual("IHDR"u8))
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
                channels = (data[8], data[9], data[12]) switch
                {
                    (8, 2, 0) => 3,
                    (8, 6, 0) => 4,
                    _ => throw new InvalidDataException($"A PNG of depth {data[8]}, colour type {data[9]}, interlace {data[12]}; 8 bits of RGB or RGBA are understood."),
                };
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                packed.Write(data);
            }

            at += length + 12;
        }

        packed.Position = 0;
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        var stride = width * channels;
        var (pixels, filter) = (new byte[stride * height], new byte[1]);
        for (var y = 0; y < height; y++)
        {
            unpacked.ReadExactly(filter);
            var row = pixels.AsSpan(y * stride, stride);
            unpacked.ReadExactly(row);
            Unfilter(filter[0], row, y == 0 ? new byte[stride] : pixels.AsSpan((y - 1) * stride, stride), channels);
        }

        return (width, height, channels, pixels);
    }

    private static void Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int channels)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var (left, up, corner) = (i < channels ? 0 : row[i - channels], above[i], i < channels ? 0 : above[i - channels]);
            row[i] += filter switch
            {
                0 => 0,
                1 => (byte)left,
                2 => up,
                3 => (byte)((left + up) / 2),
                4 => (byte)Paeth(left, up, corner),
                _ => throw new InvalidDataException($"A PNG with the filter {filter}; 0 to 4 are allowed."),
            };
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        var guess = left + up - corner;
        var (byLeft, byUp, byCorner) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
        return byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner;
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        byte[] chunk = [.. type, .. data];
        png.Write(chunk);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(chunk));
        png.Write(number);
    }

    // CRC-32, bit by bit: the base library has none without a package.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var one in bytes)
        {
            sum ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) == 1 ? (sum >> 1) ^ 0xEDB88320 : sum >> 1;
            }
        }

        return ~sum;
    }
}
