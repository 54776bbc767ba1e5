// The window through SDL2. Click to give it the mouse (unless the guest takes positions), Ctrl+Alt+G to have it back.
// See window.h.
#include "host/window.h"
#include <SDL.h>
#include <array>

namespace tabpc {

namespace {

constexpr i64 FRAME_NS = 16'666'667;

// SDL's scan codes are USB HID usages (HID Usage Tables, page 07h); 4-9Ah in order, then the modifiers from E0h.
#define Q(name) QKeyCode::Q_##name
constexpr QKeyCode NONE = QKeyCode::Q_unmapped;
constexpr QKeyCode FROM_04[] = {Q(a),
                                Q(b),
                                Q(c),
                                Q(d),
                                Q(e),
                                Q(f),
                                Q(g),
                                Q(h),
                                Q(i),
                                Q(j),
                                Q(k),
                                Q(l),
                                Q(m),
                                Q(n),
                                Q(o),
                                Q(p),
                                Q(q),
                                Q(r),
                                Q(s),
                                Q(t),
                                Q(u),
                                Q(v),
                                Q(w),
                                Q(x),
                                Q(y),
                                Q(z),
                                Q(1),
                                Q(2),
                                Q(3),
                                Q(4),
                                Q(5),
                                Q(6),
                                Q(7),
                                Q(8),
                                Q(9),
                                Q(0),
                                Q(ret),
                                Q(esc),
                                Q(backspace),
                                Q(tab),
                                Q(spc),
                                Q(minus),
                                Q(equal),
                                Q(bracket_left),
                                Q(bracket_right),
                                Q(backslash),
                                Q(backslash),
                                Q(semicolon),
                                Q(apostrophe),
                                Q(grave_accent),
                                Q(comma),
                                Q(dot),
                                Q(slash),
                                Q(caps_lock),
                                Q(f1),
                                Q(f2),
                                Q(f3),
                                Q(f4),
                                Q(f5),
                                Q(f6),
                                Q(f7),
                                Q(f8),
                                Q(f9),
                                Q(f10),
                                Q(f11),
                                Q(f12),
                                Q(print),
                                Q(scroll_lock),
                                Q(pause),
                                Q(insert),
                                Q(home),
                                Q(pgup),
                                Q(delete),
                                Q(end),
                                Q(pgdn),
                                Q(right),
                                Q(left),
                                Q(down),
                                Q(up),
                                Q(num_lock),
                                Q(kp_divide),
                                Q(kp_multiply),
                                Q(kp_subtract),
                                Q(kp_add),
                                Q(kp_enter),
                                Q(kp_1),
                                Q(kp_2),
                                Q(kp_3),
                                Q(kp_4),
                                Q(kp_5),
                                Q(kp_6),
                                Q(kp_7),
                                Q(kp_8),
                                Q(kp_9),
                                Q(kp_0),
                                Q(kp_decimal),
                                Q(less),
                                Q(compose)};
constexpr QKeyCode FROM_E0[] = {Q(ctrl),   Q(shift),   Q(alt),   Q(meta_l),
                                Q(ctrl_r), Q(shift_r), Q(alt_r), Q(meta_r)};
#undef Q

QKeyCode key_of(unsigned scancode)
{
    if (scancode >= 4 && scancode - 4 < std::size(FROM_04)) return FROM_04[scancode - 4];
    if (scancode >= 0xe0 && scancode - 0xe0 < std::size(FROM_E0)) return FROM_E0[scancode - 0xe0];
    return NONE;
}

class SdlWindow final : public Window {
public:
    SdlWindow(PcMachine& machine, Clock& realtime)
        : machine_(machine), realtime_(realtime), frame_(realtime, timer_callback<&SdlWindow::frame, SdlWindow>(), this)
    {}

    ~SdlWindow() override
    {
        if (texture_) SDL_DestroyTexture(texture_);
        if (renderer_) SDL_DestroyRenderer(renderer_);
        if (window_) SDL_DestroyWindow(window_);
        SDL_QuitSubSystem(SDL_INIT_VIDEO);
    }

    Result<> open()
    {
        SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1"); // SIGTERM is ours
        if (SDL_InitSubSystem(SDL_INIT_VIDEO) < 0) return error("-display sdl: %s", SDL_GetError());
        // Without a screen SDL takes a driver that shows nothing: good only if it was asked for.
        const std::string driver = SDL_GetCurrentVideoDriver();
        if ((driver == "dummy" || driver == "offscreen") && !SDL_getenv("SDL_VIDEODRIVER"))
            return error("-display sdl: there is no screen here (no X or Wayland display); use -display none");
        const std::string& name = machine_.config().name;
        title_ = name.empty() ? "tabpc" : "tabpc (" + name + ")";
        window_ = SDL_CreateWindow(title_.c_str(), SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED, 720, 400,
                                   SDL_WINDOW_RESIZABLE);
        if (window_) renderer_ = SDL_CreateRenderer(window_, -1, 0);
        if (!renderer_) return error("-display sdl: %s", SDL_GetError());
        frame_.schedule(realtime_.now());
        return {};
    }

private:
    void frame()
    {
        frame_.schedule(realtime_.now() + FRAME_NS); // what was missed is not made up for
        for (SDL_Event e; SDL_PollEvent(&e);) handle(e);
        draw();
    }

    void handle(const SDL_Event& e)
    {
        switch (e.type) {
        case SDL_QUIT: machine_.quit("host-ui"); break;
        case SDL_KEYDOWN:
        case SDL_KEYUP: handle_key(e.key); break;
        case SDL_MOUSEMOTION: handle_motion(e.motion); break;
        case SDL_MOUSEBUTTONDOWN:
        case SDL_MOUSEBUTTONUP: handle_button(e.button); break;
        case SDL_MOUSEWHEEL: machine_.mouse_wheel(-e.wheel.y); break;
        case SDL_WINDOWEVENT:
            if (e.window.event == SDL_WINDOWEVENT_FOCUS_LOST) {
                machine_.release_input();
                grab(false);
            }
            if (e.window.event == SDL_WINDOWEVENT_EXPOSED) seen_ = 0;
            break;
        default: break;
        }
    }

    void handle_key(const SDL_KeyboardEvent& e)
    {
        const bool down = e.type == SDL_KEYDOWN;
        if (down && e.keysym.scancode == SDL_SCANCODE_G && (e.keysym.mod & KMOD_CTRL) &&
            (e.keysym.mod & KMOD_ALT))
            return grab(!SDL_GetRelativeMouseMode());
        if (const QKeyCode key = key_of(e.keysym.scancode); key != NONE) machine_.key(key, down);
    }

    void handle_motion(const SDL_MouseMotionEvent& e)
    {
        if (machine_.wants_absolute_mouse()) {
            grab(false);
            int width = 1, height = 1;
            SDL_GetWindowSize(window_, &width, &height);
            machine_.mouse_position(e.x * 0x7fff / std::max(1, width - 1),
                                    e.y * 0x7fff / std::max(1, height - 1));
        } else if (SDL_GetRelativeMouseMode()) {
            machine_.mouse_move(e.xrel, e.yrel);
        }
    }

    void handle_button(const SDL_MouseButtonEvent& e)
    {
        const bool down = e.type == SDL_MOUSEBUTTONDOWN;
        if (!machine_.wants_absolute_mouse() && !SDL_GetRelativeMouseMode()) {
            if (down) grab(true);
            return;
        }
        switch (e.button) {
        case SDL_BUTTON_LEFT: machine_.mouse_button(MouseButton::Left, down); break;
        case SDL_BUTTON_MIDDLE: machine_.mouse_button(MouseButton::Middle, down); break;
        case SDL_BUTTON_RIGHT: machine_.mouse_button(MouseButton::Right, down); break;
        default: break;
        }
    }

    void grab(bool on)
    {
        if (on == (SDL_GetRelativeMouseMode() == SDL_TRUE)) return;
        SDL_SetRelativeMouseMode(on ? SDL_TRUE : SDL_FALSE);
        SDL_SetWindowTitle(window_,
                           on ? (title_ + " - Ctrl+Alt+G releases the mouse").c_str() : title_.c_str());
    }

    void draw()
    {
        Display* display = machine_.display();
        if (!display) return;
        const Surface& picture = display->update();
        if (picture.width == 0 || picture.height == 0) return;
        if (!texture_ || picture.width != width_ || picture.height != height_) {
            if (texture_) SDL_DestroyTexture(texture_);
            width_ = picture.width;
            height_ = picture.height;
            const int w = static_cast<int>(width_), h = static_cast<int>(height_);
            texture_ =
                SDL_CreateTexture(renderer_, SDL_PIXELFORMAT_RGBA32, SDL_TEXTUREACCESS_STREAMING, w, h);
            SDL_SetWindowSize(window_, w, h);
            SDL_RenderSetLogicalSize(renderer_, w, h);
            seen_ = 0;
        }
        if (!texture_ || (seen_ && !picture.changed_since(seen_))) return;
        SDL_UpdateTexture(texture_, nullptr, picture.pixels.data(), static_cast<int>(width_ * 4));
        SDL_RenderClear(renderer_);
        SDL_RenderCopy(renderer_, texture_, nullptr, nullptr);
        SDL_RenderPresent(renderer_);
        seen_ = picture.generation;
    }

    PcMachine& machine_;
    SDL_Window* window_ = nullptr;
    SDL_Renderer* renderer_ = nullptr;
    SDL_Texture* texture_ = nullptr;
    std::string title_;
    u32 width_ = 0, height_ = 0;
    u64 seen_ = 0;
    Clock& realtime_;
    Timer frame_;
};

} // namespace

Result<std::unique_ptr<Window>> open_window(PcMachine& machine, Clock& realtime)
{
    auto window = std::make_unique<SdlWindow>(machine, realtime);
    if (auto r = window->open(); !r) return Error{r.error()};
    return std::unique_ptr<Window>(std::move(window));
}

} // namespace tabpc
