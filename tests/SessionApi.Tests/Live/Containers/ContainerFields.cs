using System.Collections;
using System.Net.WebSockets;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Worker;

namespace Sidecar.Tests.SessionApi.Live.Containers;

/// <summary>
/// The fields of live sessions, and of what they are made of, in which something can gather or that hold something open: found by type, so that
/// a new one is found as well.
/// </summary>
internal static class ContainerFields
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Assembly Product = typeof(LiveSession).Assembly;

    // What all sessions work with, and what has no part of any of them.
    private static readonly HashSet<Type> Shared = [typeof(LiveServices), typeof(WorkerClient), typeof(WorkerEvents), typeof(LiveOptions)];

    private static readonly Type[] Kinds =
    [
        typeof(IEnumerable), typeof(StringBuilder), typeof(Stream), typeof(JsonDocument), typeof(Task), typeof(TaskCompletionSource),
        typeof(TaskCompletionSource<>), typeof(CancellationTokenSource), typeof(ITimer), typeof(Timer), typeof(WebSocket), typeof(Channel<>),
        typeof(ChannelReader<>), typeof(ChannelWriter<>), typeof(SemaphoreSlim), typeof(ThreadLocal<>), typeof(AsyncLocal<>),
    ];

    /// <summary>All of them, as <c>Type.Field</c>.</summary>
    public static SortedSet<string> Reachable(params ReadOnlySpan<Type> roots)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<Type>(Shared);
        var open = new Stack<Type>(roots.ToArray());
        while (open.TryPop(out var type))
        {
            foreach (var part in PartsOf(type).Where(seen.Add))
            {
                foreach (var field in FieldsOf(part))
                {
                    if (IsContainer(field.FieldType))
                    {
                        found.Add(NameOf(field));
                    }

                    open.Push(field.FieldType);
                }
            }
        }

        return found;
    }

    /// <summary>The fields of a type of ours.</summary>
    public static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        for (var level = type; level is not null && level.Assembly == Product; level = level.BaseType)
        {
            foreach (var field in level.GetFields(Declared).Where(field => !field.IsLiteral && !field.FieldType.IsPointer))
            {
                yield return field;
            }
        }
    }

    public static bool IsOfProduct(Type type) => type.Assembly == Product && !Shared.Contains(type);

    public static bool IsContainer(Type type) => type != typeof(string) && Kinds.Any(kind => IsOf(type, kind));

    /// <summary>As it is written in the code: <c>Turns._open</c>, <c>LiveSession.Prompts</c>, <c>LiveConnection.socket</c>.</summary>
    public static string NameOf(FieldInfo field)
    {
        var name = field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
        return $"{field.DeclaringType!.Name}.{name}";
    }

    private static bool IsOf(Type type, Type kind) => kind.IsGenericTypeDefinition
        ? Bases(type).Any(level => level.IsGenericType && level.GetGenericTypeDefinition() == kind)
        : kind.IsAssignableFrom(type);

    private static IEnumerable<Type> Bases(Type type)
    {
        for (var level = type; level is not null; level = level.BaseType)
        {
            yield return level;
        }
    }

    /// <summary>The types of ours that a value of this type may be or hold.</summary>
    private static IEnumerable<Type> PartsOf(Type type)
    {
        if (type.HasElementType)
        {
            return PartsOf(type.GetElementType()!);
        }

        var arguments = type.IsGenericType && !typeof(Delegate).IsAssignableFrom(type) ? type.GetGenericArguments().SelectMany(PartsOf) : [];
        return type.Assembly != Product || type.IsEnum
            ? arguments
            : arguments.Concat(Product.GetTypes().Where(candidate => type.IsAssignableFrom(candidate) && !candidate.IsInterface));
    }
}
