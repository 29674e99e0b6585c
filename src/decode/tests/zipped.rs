//! A zip without compression, which is all that a test's workbook needs.

pub(super) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut bytes, mut list) = (Vec::new(), Vec::new());
    let u16s = |numbers: &[u16]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    let small = |n: usize| u32::try_from(n).expect("small");
    for (name, text) in files {
        let start = small(bytes.len());
        let name_length = u16::try_from(name.len()).expect("short");
        let mut sizes = crc32(text.as_bytes()).to_le_bytes().to_vec();
        sizes.extend(small(text.len()).to_le_bytes());
        sizes.extend(small(text.len()).to_le_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(u16s(&[20, 0, 0, 0, 33]));
        bytes.extend(&sizes);
        bytes.extend(u16s(&[name_length, 0]));
        bytes.extend(name.as_bytes());
        bytes.extend(text.as_bytes());
        list.extend(b"PK\x01\x02");
        list.extend(u16s(&[20, 20, 0, 0, 0, 33]));
        list.extend(&sizes);
        list.extend(u16s(&[name_length, 0, 0, 0, 0, 0, 0]));
        list.extend(start.to_le_bytes());
        list.extend(name.as_bytes());
    }
    let count = u16::try_from(files.len()).expect("few");
    let (list_length, list_start) = (small(list.len()), small(bytes.len()));
    bytes.extend(list);
    bytes.extend(b"PK\x05\x06");
    bytes.extend(u16s(&[0, 0, count, count]));
    bytes.extend(list_length.to_le_bytes());
    bytes.extend(list_start.to_le_bytes());
    bytes.extend(u16s(&[0]));
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
    })
}
