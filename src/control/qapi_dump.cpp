// QMP: the picture, the text on it, memory, and the monitor for people. See qmp_command.h.
#include "control/image_file.h"
#include "control/qmp_command.h"
#include <algorithm>

namespace tabpc {

namespace {

QmpReply screendump(QmpContext& c, const Json& a)
{
    Display* display = c.machine.display();
    if (!display) return error("There is no console to take a screendump from");
    const std::string file = text(a, "filename"), format = text(a, "format");
    if (!format.empty() && format != "png" && format != "ppm")
        return error("Invalid parameter '%s'", format.c_str());
    const Surface& picture = display->update();
    return c.machine.write_file(file, format == "png" ? png_file(picture) : ppm_file(picture));
}

QmpReply save(QmpContext& c, const Json& a, bool physical)
{
    const i64 size = number(a, "size", 0);
    if (size < 0 || size > i64(1) << 30) return error("size must be between 0 and 1 GiB");
    std::vector<u8> bytes(static_cast<size_t>(size));
    u64 at = static_cast<u64>(number(a, "val", 0));
    for (size_t done = 0; done < bytes.size();) { // page by page: linear pages lie anywhere
        const size_t n = std::min<size_t>(bytes.size() - done, PAGE_SIZE_4K - (at & PAGE_MASK_4K));
        const PhysAddr from = physical ? at : c.machine.translate(at);
        if (from == ~PhysAddr(0))
            return error("Invalid addr 0x%016llx/size %lld specified",
                                static_cast<unsigned long long>(at), static_cast<long long>(size));
        c.machine.memory().dma_read(from, std::span(bytes).subspan(done, n));
        done += n;
        at += n;
    }
    return c.machine.write_file(text(a, "filename"), bytes);
}

QmpReply memsave(QmpContext& c, const Json& a) { return save(c, a, false); }
QmpReply pmemsave(QmpContext& c, const Json& a) { return save(c, a, true); }

QmpReply human_monitor_command(QmpContext& c, const Json& a)
{
    return Json(c.monitor.execute(text(a, "command-line")));
}

QmpReply x_screen_text(QmpContext& c, const Json&)
{
    Json lines = Json::array();
    TextScreen::Cursor cursor;
    if (Display* display = c.machine.display()) {
        const TextScreen screen = display->text_screen();
        for (const std::string& line : screen.lines) lines.push(line);
        cursor = screen.cursor;
    }
    return Json::object(
        {{"lines", std::move(lines)},
         {"cursor",
          Json::object({{"row", cursor.row}, {"column", cursor.column}, {"visible", cursor.visible}})}});
}

} // namespace

void module_init_qapi_dump(Modules<QmpCommand>& m)
{
    m.add("screendump", {"filename:str device:str? head:int? format:str?", screendump});
    m.add("memsave", {"val:int size:int filename:str cpu-index:int?", memsave});
    m.add("pmemsave", {"val:int size:int filename:str", pmemsave});
    m.add("x-screen-text", {"", x_screen_text});
    m.add("human-monitor-command", {"command-line:str cpu-index:int?", human_monitor_command});
}

} // namespace tabpc
