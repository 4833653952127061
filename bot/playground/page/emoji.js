/** The few emoji names that an incident channel meets; an unknown name stays as it was typed. */
const KNOWN = {
  no_entry: "⛔", no_entry_sign: "🚫", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", lock: "🔒",
  key: "🔑", mag: "🔍", mag_right: "🔎", hourglass: "⌛", hourglass_flowing_sand: "⏳", information_source: "ℹ️", question: "❓", bulb: "💡",
  clock1: "🕐", stopwatch: "⏱️", link: "🔗", wrench: "🔧", memo: "📝", page_facing_up: "📄", bar_chart: "📊", wave: "👋",
  eyes: "👀", thumbsup: "👍", "+1": "👍", pray: "🙏", fire: "🔥", rotating_light: "🚨", red_circle: "🔴", large_green_circle: "🟢",
  large_yellow_circle: "🟡", large_orange_circle: "🟠", large_blue_circle: "🔵", white_circle: "⚪", arrows_counterclockwise: "🔄",
  ticket: "🎫", busts_in_silhouette: "👥", bust_in_silhouette: "👤", gear: "⚙️", shield: "🛡️", snail: "🐌", zap: "⚡", tada: "🎉",
  smile: "😄", sweat_smile: "😅", thinking_face: "🤔", cloud: "☁️", robot_face: "🤖", speech_balloon: "💬", pushpin: "📌",
};

export function emoji(text) {
  return KNOWN[text.slice(1, -1)] ?? text;
}
