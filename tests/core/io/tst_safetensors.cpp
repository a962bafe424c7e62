// Tests of safetensors: round trip, number types, and every way in which a file can lie.
#include "core/io/safetensors.h"
#include "core/io/sha256.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <cmath>
#include <cstring>

using namespace nscope;
using namespace nscope::io;
using nscope::tests::contains;
using nscope::tests::TemporaryFolder;

namespace {

std::span<const std::byte> bytesOf(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string file(const std::string& header, const std::string& data)
{
    const std::uint64_t length = header.size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return bytes + header + data;
}

std::string errorOf(const std::string& bytes)
{
    const auto parsed = Safetensors::parse(bytesOf(bytes));
    return parsed ? "no error" : parsed.error().sentence();
}

#define EXPECT_ERROR(bytes, part)                              \
    do {                                                       \
        const std::string sentence = errorOf(bytes);           \
        QVERIFY2(contains(sentence, part), sentence.c_str());  \
    } while (false)

}  // namespace

class TestSafetensors : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;

private slots:
    void roundTrip()
    {
        const std::vector<float> weights{1.5f, -2.0f, 0.25f, NAN, INFINITY, -0.0f};
        const std::vector<std::int64_t> counts{-1, INT64_MAX};
        const std::vector<TensorView> tensors{
            {"z.weight", DType::F32, {2, 3}, std::as_bytes(std::span(weights))},
            {"a.count", DType::I64, {2}, std::as_bytes(std::span(counts))},
            {"empty", DType::F32, {0, 5}, {}},
            {"scalar", DType::F32, {}, std::as_bytes(std::span(weights).first(1))}};
        const std::map<std::string, std::string> metadata{{"format", "pt"}, {"note", "Grüße \"x\""}};
        const auto path = m_folder.path("w.safetensors");
        QVERIFY(writeSafetensors(path, tensors, metadata).has_value());
        QCOMPARE(m_folder.fileCount(), std::size_t(1));

        const auto read = Safetensors::open(path);
        QVERIFY2(read.has_value(), read ? "" : read.error().sentence().c_str());
        QCOMPARE(read->metadata(), metadata);
        QCOMPARE(read->tensors().size(), std::size_t(4));
        QCOMPARE(read->tensors()[0].name, std::string("a.count"));  // sorted
        const TensorView* weight = read->find("z.weight");
        QVERIFY(weight != nullptr);
        QCOMPARE(weight->shape, (std::vector<std::int64_t>{2, 3}));
        QCOMPARE(std::memcmp(weight->bytes.data(), weights.data(), 24), 0);
        QCOMPARE(read->find("scalar")->elementCount(), 1);
        QCOMPARE(read->find("empty")->elementCount(), 0);
        QVERIFY(read->find("nothing") == nullptr);
        QCOMPARE(*safetensorsBytes(tensors, metadata), m_folder.read("w.safetensors"));
        std::uint64_t header = 0;
        std::memcpy(&header, m_folder.read("w.safetensors").data(), 8);
        QCOMPARE(header % 8, std::uint64_t(0));

        const Safetensors copy = *read;  // keeps the mapping
        QCOMPARE(std::memcmp(copy.find("z.weight")->bytes.data(), weights.data(), 24), 0);
    }

    void floatsOfEveryWidth()
    {
        const std::vector<double> wide{0.5, -3.0};
        QCOMPARE(*toFloats({"d", DType::F64, {2}, std::as_bytes(std::span(wide))}), (std::vector<float>{0.5f, -3.0f}));
        const std::vector<std::uint16_t> half{0x3c00, 0xc000, 0x0001, 0x7c00, 0x8000, 0x3555};
        const auto fromHalf = *toFloats({"h", DType::F16, {6}, std::as_bytes(std::span(half))});
        QCOMPARE(fromHalf[0], 1.0f);
        QCOMPARE(fromHalf[1], -2.0f);
        QCOMPARE(fromHalf[2], 0x1p-24f);
        QVERIFY(std::isinf(fromHalf[3]));
        QVERIFY(std::signbit(fromHalf[4]) && fromHalf[4] == 0.0f);
        QCOMPARE(fromHalf[5], 0.333251953125f);
        const std::vector<std::uint16_t> brain{0x3f80, 0xc040};
        QCOMPARE(*toFloats({"b", DType::BF16, {2}, std::as_bytes(std::span(brain))}), (std::vector<float>{1.0f, -3.0f}));
        const std::vector<std::int64_t> counts{1};
        QCOMPARE(toFloats({"i", DType::I64, {1}, std::as_bytes(std::span(counts))}).error().code(), ErrorCode::Unsupported);
    }

    void aGoodFileByHand()
    {
        const auto bytes = file(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}   )", "xyz");
        const auto parsed = Safetensors::parse(bytesOf(bytes));
        QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().sentence().c_str());
        QCOMPARE(parsed->tensors()[0].bytes[2], std::byte('z'));
        QVERIFY(Safetensors::parse(bytesOf(file("{}", ""))).has_value());
    }

    void headersThatLie()
    {
        EXPECT_ERROR(std::string("abc"), "too short");
        EXPECT_ERROR(std::string("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10), "100 MB");
        std::string large(8, '\0');
        const std::uint64_t claim = 100'000'001;
        std::memcpy(large.data(), &claim, 8);
        EXPECT_ERROR(large + "{}", "100 MB");
        EXPECT_ERROR(file("{}", "").substr(0, 9), "more than the file has");
        EXPECT_ERROR(file("[1]", ""), "not a JSON object");
        EXPECT_ERROR(file("{\"a\":", ""), "not valid JSON");
        EXPECT_ERROR(file(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "x"), "stands twice");
        EXPECT_ERROR(file("{\"a\":" + std::string(5000, '['), ""), "JSON");
        EXPECT_ERROR(file(R"({"__metadata__":{"a":1}})", ""), "texts only");
        EXPECT_ERROR(file(R"({"__metadata__":[]})", ""), "object of texts");
    }

    void tensorsThatLie()
    {
        const auto one = [](const std::string& rest, const std::string& data = "xxxx") { return file("{\"a\":{" + rest + "}}", data); };
        EXPECT_ERROR(one(R"("dtype":"F32","shape":[1])"), "record a: The tensor's description");
        EXPECT_ERROR(one(R"("dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1)"), "description");
        EXPECT_ERROR(one(R"("dtype":"F31","shape":[1],"data_offsets":[0,4])"), "\"F31\" is not known");
        EXPECT_ERROR(one(R"("dtype":3,"shape":[1],"data_offsets":[0,4])"), "description");
        EXPECT_ERROR(one(R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])"), "not a size");
        EXPECT_ERROR(one(R"("dtype":"F32","shape":[1.0],"data_offsets":[0,4])"), "not a size");
        EXPECT_ERROR(one(R"("dtype":"F32","shape":1,"data_offsets":[0,4])"), "not a list");
        EXPECT_ERROR(one(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"), "do not fit its 4 bytes");
        EXPECT_ERROR(one(R"("dtype":"F32","shape":[1],"data_offsets":[0,4000000000000])"), "lie outside the file");
        EXPECT_ERROR(one(R"("dtype":"F32","shape":[1],"data_offsets":[18446744073709551612,18446744073709551615])"), "lie outside the file");
        EXPECT_ERROR(one(R"("dtype":"F32","shape":[1],"data_offsets":[99999999999999999999,4])"), "byte positions");
        EXPECT_ERROR(one(R"("dtype":"F32","shape":[1],"data_offsets":[4,0])"), "lie outside");
        EXPECT_ERROR(one(R"("dtype":"F32","shape":[1],"data_offsets":[-4,0])"), "byte positions");
        EXPECT_ERROR(one(R"("dtype":"F32","shape":[1],"data_offsets":[0])"), "byte positions");
        // 2^32 · 2^32 · 4 overflows to 0, and 2^62 · 4 to 0.
        EXPECT_ERROR(one(R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0])", ""), "do not fit");
        EXPECT_ERROR(one(R"("dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0])", ""), "do not fit");
    }

    void layoutsThatLie()
    {
        const auto two = [](const char* first, const char* second) {
            return file(std::string(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)") + first + R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + second + "}}", "12345678");
        };
        QVERIFY(Safetensors::parse(bytesOf(two("[4,8]", "[0,4]"))).has_value());
        EXPECT_ERROR(two("[0,4]", "[2,6]"), "record b: The tensor's bytes overlap");
        EXPECT_ERROR(two("[0,4]", "[0,4]"), "overlap");
        EXPECT_ERROR(file(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}})", "123456"), "hole");
        EXPECT_ERROR(file(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", "123"), "hole");
        EXPECT_ERROR(file(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", "123"), "belong to none");
        EXPECT_ERROR(file("{}", "1"), "belong to none");
    }

    void filesThatAreNotThere()
    {
        QCOMPARE(Safetensors::open(m_folder.path("absent.safetensors")).error().code(), ErrorCode::NotFound);
        QCOMPARE(Safetensors::open(m_folder.path(".")).error().code(), ErrorCode::Io);
        const auto path = m_folder.write("empty.safetensors", "");
        QVERIFY(contains(Safetensors::open(path).error().sentence(), path + ": The file is too short"));
    }

    void theWriterChecksToo()
    {
        const std::string data = "1234";
        const auto path = m_folder.path("bad.safetensors");
        QVERIFY(!writeSafetensors(path, {{"a", DType::F32, {2}, bytesOf(data)}}));
        QVERIFY(!writeSafetensors(path, {{"a", DType::F32, {1}, bytesOf(data)}, {"a", DType::F32, {1}, bytesOf(data)}}));
        QVERIFY(!writeSafetensors(path, {{"__metadata__", DType::F32, {1}, bytesOf(data)}}));
        QVERIFY(m_folder.read("bad.safetensors").empty());
    }

    void hashesAreSha256()
    {
        QCOMPARE(sha256(std::string_view("abc")), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(sha256(std::string_view("")), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        const std::string large(200'000, 'x');
        QCOMPARE(*sha256File(m_folder.write("large", large)), sha256(std::string_view(large)));
        QCOMPARE(sha256File(m_folder.path("nothing")).error().code(), ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
