// Tests of .npy and .npz: round trips, damaged and hostile files, the golden arrays.
#include "core/io/npz.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <zip.h>

#include <algorithm>
#include <cmath>

using namespace nscope;
using namespace nscope::io;
using nscope::tests::contains;
using nscope::tests::TemporaryFolder;

namespace {

std::string npy(const std::string& dictionary, const std::string& data, char version = 1)
{
    std::string bytes = std::string("\x93NUMPY", 6) + version + '\0';
    bytes += char(dictionary.size() & 255);
    bytes += char(dictionary.size() >> 8);
    if (version > 1)
        bytes += std::string(2, '\0');
    return bytes + dictionary + data;
}

std::string errorOf(const std::string& bytes)
{
    const auto array = parseNpy(bytes);
    return array ? "no error" : array.error().sentence();
}

/// A zip made with libzip directly, so that it may hold what our writer never would.
void makeZip(const std::string& path, const std::vector<std::pair<std::string, std::string>>& entries, int linkIndex = -1)
{
    int code = 0;
    zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    QVERIFY(zip != nullptr);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        zip_source_t* source = zip_source_buffer(zip, entries[i].second.data(), entries[i].second.size(), 0);
        QCOMPARE(zip_file_add(zip, entries[i].first.c_str(), source, 0), zip_int64_t(i));
        if (int(i) == linkIndex)
            zip_file_set_external_attributes(zip, i, 0, ZIP_OPSYS_UNIX, 0120777u << 16);
    }
    QCOMPARE(zip_close(zip), 0);
}

}  // namespace

class TestNpz : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;

    std::string npzError(const std::string& path)
    {
        const auto arrays = readNpz(path);
        return arrays ? "no error" : arrays.error().sentence();
    }

private slots:
    void everyTypeRoundTrips()
    {
        const NpzArrays arrays{
            {"floats", NpyArray::of(std::vector<float>{1, NAN, -INFINITY, 1e-30f, 5, 6}, {2, 3})},
            {"doubles", NpyArray::of(std::vector<double>{0.1, -2})},
            {"ints", NpyArray::of(std::vector<std::int32_t>{-5, 7})},
            {"longs", NpyArray::scalar(std::int64_t(INT64_MIN))},
            {"bytes", NpyArray::of(std::vector<std::uint8_t>{0, 255})},
            {"bools", {{3}, NpyBools{{1, 0, 1}}}},
            {"texts", NpyArray::of(std::vector<std::string>{"", "PC", "Grüße 🧬", "a b"}, {2, 2})},
            {"nothing", NpyArray::of(std::vector<float>{}, {0, 4})},
            {"group/0", NpyArray::scalar(std::string("x"))},
        };
        const auto path = m_folder.path("all.npz");
        QVERIFY(writeNpz(path, arrays).has_value());
        const auto read = readNpz(path);
        QVERIFY2(read.has_value(), read ? "" : read.error().sentence().c_str());
        QCOMPARE(read->size(), arrays.size());
        for (const auto& [name, array] : arrays) {
            const NpyArray& other = read->at(name);
            QCOMPARE(other.shape, array.shape);
            QCOMPARE(other.dtype(), array.dtype());
            if (name == "floats")
                QVERIFY(std::isnan((*other.as<float>())[1]) && std::isinf((*other.as<float>())[2]) && (*other.as<float>())[3] == 1e-30f);
            else
                QVERIFY2(other == array, name.c_str());
        }
        QCOMPARE(parseNpz(m_folder.read("all.npz"))->at("texts"), read->at("texts"));
        QCOMPARE(m_folder.fileCount(), std::size_t(1));  // no temporary file stays
    }

    void numbersConvert()
    {
        QCOMPARE(*NpyArray::of(std::vector<float>{0.5f}).toDoubles(), std::vector<double>{0.5});
        QCOMPARE(*NpyArray::of(std::vector<std::int32_t>{-3}).toIntegers(), std::vector<std::int64_t>{-3});
        QVERIFY(!NpyArray::of(std::vector<float>{0.5f}).toIntegers());
        QVERIFY(!NpyArray::of(std::vector<std::string>{"1"}).toDoubles());
    }

    void headersInEverySpelling()
    {
        const std::string four(16, '\0');
        QVERIFY(parseNpy(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }\n", four)).has_value());
        QVERIFY(parseNpy(npy("{\"shape\":(4,),\"fortran_order\":True,\"descr\":\"<f4\"}", four)).has_value());
        QVERIFY(parseNpy(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }\n", four, 2)).has_value());
        QVERIFY(parseNpy(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "abcd"))->shape.empty());
        const std::string header = *npyBytes(NpyArray::of(std::vector<float>(6), {2, 3}));
        QCOMPARE((header.size() - 24) % 64, std::size_t(0));
        QVERIFY(contains(header, "'shape': (2, 3), }"));
        QVERIFY(!npyBytes(NpyArray::of(std::vector<float>(6), {2, 2})));
    }

    void arraysThatAreRefused()
    {
        const auto with = [](const std::string& descr, const std::string& shape, const std::string& data, const char* order = "False") {
            return errorOf(npy("{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }", data));
        };
        QVERIFY(contains(with("|O", "(1,)", "pickle"), "pickled Python objects"));
        QVERIFY(contains(with(">f4", "(1,)", "abcd"), "not read"));
        QVERIFY(contains(with("<c8", "(1,)", "abcdefgh"), "not read"));
        QVERIFY(contains(with("<U0", "(99999999999,)", ""), "not read"));
        QVERIFY(contains(with("<f4", "(2, 2)", std::string(16, 'x'), "True"), "Fortran order"));
        QVERIFY(contains(with("<f4", "(2,)", "abcd"), "does not fit"));
        QVERIFY(contains(with("<f4", "(4294967296, 4294967296)", ""), "does not fit"));
        QVERIFY(contains(with("<f4", "(-1,)", ""), "cannot be read"));
        QVERIFY(contains(with("<f4", "(x,)", ""), "cannot be read"));
        QVERIFY(contains(errorOf(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "abcd")), "structured"));
        QVERIFY(contains(errorOf(npy("{'descr': '<f4', 'shape': (1,)}", "abcd")), "cannot be read"));
        QVERIFY(contains(errorOf(npy("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "abcd")), "cannot be read"));
        QVERIFY(contains(errorOf(npy("{}", "", 9)), "version 9"));
        QVERIFY(contains(errorOf("hello world, this is text"), "not a NumPy array"));
        QVERIFY(contains(errorOf(std::string("\x93NUMPY\1\0\xff\xff{}", 12)), "longer than the file"));
        QVERIFY(contains(errorOf(""), "not a NumPy array"));
    }

    void archivesThatAreRefused()
    {
        const std::string good = *npyBytes(NpyArray::scalar(1.0f));
        makeZip(m_folder.path("up.npz"), {{"../evil.npy", good}});
        QVERIFY(contains(npzError(m_folder.path("up.npz")), "record ../evil.npy: The archive holds an entry with an unsafe name"));
        makeZip(m_folder.path("root.npz"), {{"/etc/evil.npy", good}});
        QVERIFY(contains(npzError(m_folder.path("root.npz")), "unsafe name"));
        makeZip(m_folder.path("win.npz"), {{"a\\b.npy", good}});
        QVERIFY(contains(npzError(m_folder.path("win.npz")), "unsafe name"));
        makeZip(m_folder.path("link.npz"), {{"a.npy", good}, {"b.npy", "a.npy"}}, 1);
        QVERIFY(contains(npzError(m_folder.path("link.npz")), "link"));
        makeZip(m_folder.path("other.npz"), {{"a.txt", "hello"}});
        QVERIFY(contains(npzError(m_folder.path("other.npz")), "not an array"));
        makeZip(m_folder.path("text.npz"), {{"a.npy", "hello, this is no array"}});
        QVERIFY(contains(npzError(m_folder.path("text.npz")), "record a.npy: This is not a NumPy array"));
        makeZip(m_folder.path("many.npz"), {{"a.npy", good}, {"b.npy", good}, {"c.npy", good}});
        QVERIFY(!readNpz(m_folder.path("many.npz"), {.maxEntries = 2}));
        makeZip(m_folder.path("bomb.npz"), {{"a.npy", std::string(50'000'000, '\0')}});
        QVERIFY(contains(readNpz(m_folder.path("bomb.npz"), {.maxTotalBytes = 10'000'000}).error().sentence(), "unpack to more than 9 MiB"));
        QVERIFY(contains(readNpz(m_folder.path("bomb.npz"), {.maxRatio = 100}).error().sentence(), "not trusted"));
    }

    void damagedArchives()
    {
        QVERIFY(writeNpz(m_folder.path("whole.npz"), {{"a", NpyArray::of(std::vector<double>(5000, 0.25))}, {"b", NpyArray::scalar(1.0f)}}).has_value());
        const std::string bytes = m_folder.read("whole.npz");
        QVERIFY(readNpz(m_folder.write("same.npz", bytes)).has_value());
        for (const std::size_t kept : {std::size_t(0), std::size_t(3), bytes.size() / 2, bytes.size() - 1})
            QVERIFY2(npzError(m_folder.write("cut.npz", bytes.substr(0, kept))) != "no error", std::to_string(kept).c_str());
        std::string flipped = bytes;
        flipped[3000] ^= 1;
        QVERIFY(contains(npzError(m_folder.write("flipped.npz", flipped)), "a.npy: The entry is damaged"));
        QVERIFY(contains(npzError(m_folder.write("text.npz", "hello")), "zip archive"));
        QCOMPARE(readNpz(m_folder.path("absent.npz")).error().code(), ErrorCode::NotFound);
    }

    void aWriterThatDoesNotFinishLeavesNothing()
    {
        const auto path = m_folder.write("kept.npz", "older file");
        const std::size_t before = m_folder.fileCount();
        {
            auto writer = NpzWriter::create(path);
            QVERIFY(writer->add("a", NpyArray::scalar(1.0f)).has_value());
        }
        QCOMPARE(m_folder.fileCount(), before);
        QCOMPARE(m_folder.read("kept.npz"), std::string("older file"));
        QCOMPARE(NpzWriter::create("/dev/null").error().code(), ErrorCode::Unsupported);
    }

    void goldenArraysAreRead()
    {
        if (!tests::haveShared("golden/bioseq2seq_tiny/weights.npz"))
            QSKIP("NSCOPE_SHARED_DIR has no golden arrays");
        std::size_t arrays = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(tests::sharedPath("golden"))) {
            if (entry.path().extension() != ".npz")
                continue;
            const auto read = readNpz(entry.path().string());
            QVERIFY2(read.has_value(), read ? "" : read.error().sentence().c_str());
            arrays += read->size();
        }
        QVERIFY(arrays > 1000);
    }
};

QTEST_APPLESS_MAIN(TestNpz)
#include "tst_npz.moc"
